/** A code for one call, with the time that it has left. */
import { useState } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'
import { span, useNow } from '../../page/time.ts'
import { useAccount } from './account-context.ts'
import { type Shown, useShownOnce } from './shown-once.ts'
import { Outcome, Panel, useAct } from './told.tsx'

export function CallCodePanel() {
  const { portal } = useAccount()
  const words = useLanguage().myData
  const act = useAct()
  const [shown, show] = useShownOnce()
  /** Of the last code, where nobody closed it. */
  const [until, setUntil] = useState<number | null>(null)
  const ask = async (): Promise<void> => {
    const made = await act.run(portal.callCode, null)
    if (made === null) return
    const expires = Date.parse(made.expires)
    show({ secret: made.code, until: expires })
    setUntil(expires)
  }
  const close = (): void => {
    show(null)
    setUntil(null)
  }
  const isOver = shown === null && until !== null && until - Date.now() < 1000
  return (
    <Panel title={words.callCode}>
      <p>{words.callCodeHint}</p>
      {shown && <Code shown={shown} close={close} />}
      <Outcome acts={[act]}>{isOver && !act.isBusy && <p>{words.callCodeOver}</p>}</Outcome>
      {shown === null && (
        <button type="button" aria-disabled={act.isBusy} onClick={() => void ask()}>
          {act.isBusy ? words.busy : words.callCodeNow}
        </button>
      )}
    </Panel>
  )
}

/** In fours, as people read digits out and key them. */
const inFours = (digits: string): string => digits.replaceAll(/(\d{4})(?=\d)/g, '$1 ')

function Code({ shown, close }: { shown: Shown; close(): void }) {
  const { customer } = useAccount()
  const words = useLanguage().myData
  const now = useNow(null)
  const { number, press } = customer.at
  return (
    <div class="part">
      <p class="secret figures" role="status">
        {inFours(shown.secret)}
      </p>
      <p class="muted figures">{words.callCodeLeft(span(shown.until - now))}</p>
      <div class="actions">
        {press !== null && (
          <a class="button" href={dialling(number, press, shown.secret)}>
            {words.callCodeDial(number)}
          </a>
        )}
        <button type="button" onClick={close}>
          {words.close}
        </button>
      </div>
    </div>
  )
}

/** A comma waits two seconds (docs/operating.md#one-account): the menu is heard, its key is pressed, then the code is keyed. */
function dialling(number: string, press: string, code: string): string {
  return `tel:${number},,${press},,,,${code}%23`
}
