import { Dialog } from '../../page/dialog.tsx'
import { Key } from '../../page/key.tsx'
import { useLanguage } from '../../page/language.ts'

export function KeysDialog({ on, set, close }: { on: boolean; set(on: boolean): void; close(): void }) {
  const words = useLanguage().desk
  return (
    <Dialog title={words.keysTitle} close={close}>
      <label class="choice">
        <input type="checkbox" checked={on} onChange={({ currentTarget }) => set(currentTarget.checked)} />
        {words.keysOn}
      </label>
      <dl class="keys">
        {Object.entries(words.keys).map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key.toUpperCase()}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={close}>
        {words.close} <Key name="Esc" />
      </button>
    </Dialog>
  )
}
