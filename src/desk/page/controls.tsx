import type { DeskAction } from '../../floor/view.ts'
import { Icon, type IconName } from '../../page/icon.tsx'
import { Key } from '../../page/key.tsx'
import { useLanguage } from '../../page/language.ts'

/** In the order they stand in. Saving the wrap-up stands below its note. */
const controls = [
  { action: 'hold', key: 'H', icon: 'pause' },
  { action: 'resume', key: 'H', icon: 'play' },
  { action: 'check', key: 'P', icon: 'key' },
  { action: 'code', key: 'C', icon: 'key' },
  { action: 'transfer', key: 'T', icon: 'forward' },
  { action: 'fetch_back', key: 'B', icon: 'back' },
  { action: 'finish', key: 'E', icon: 'no' },
  { action: 'leave', key: 'E', icon: 'forward' },
  { action: 'decline', key: 'D', icon: 'no' },
] as const satisfies { action: DeskAction; key: string; icon: IconName }[]

export interface ControlsParts {
  actions: DeskAction[]
  pending: boolean
  act(action: DeskAction): void
}

export function Controls({ actions, pending, act }: ControlsParts) {
  const words = useLanguage().desk
  return (
    <div class="controls">
      {controls
        .filter(({ action }) => actions.includes(action))
        .map(({ action, key, icon }) => (
          <button
            type="button"
            key={action}
            class={action === 'finish' || action === 'decline' ? 'danger' : ''}
            aria-disabled={pending}
            onClick={() => act(action)}
          >
            <Icon name={icon} />
            {words.actions[action]} <Key name={key} />
          </button>
        ))}
    </div>
  )
}
