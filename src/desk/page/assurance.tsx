/** How sure we are: a word, a colour and a symbol, so that none of them is needed alone (WCAG 1.4.1). */
import type { WaitingCaller } from '../../floor/view.ts'
import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'

const looks = [
  { icon: 'unknown', tone: 'tone-fair' },
  { icon: 'identified', tone: 'tone-calm' },
  { icon: 'verified', tone: 'tone-good' },
] as const

export function AssuranceTag({ level }: { level: WaitingCaller['level'] }) {
  const { levels } = useLanguage().desk
  return (
    <span class={`tag assurance ${looks[level].tone}`}>
      <Icon name={looks[level].icon} />
      {levels[level]}
    </span>
  )
}
