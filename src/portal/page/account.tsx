/** What is theirs, of the customer who is logged in. */
import { useCallback, useEffect, useState } from 'preact/hooks'
import type { ApiRefusal } from '../../page/api.ts'
import { useLanguage } from '../../page/language.ts'
import type { PortalState } from '../view.ts'
import { AccountProvider } from './account-context.ts'
import { CallCodePanel } from './call-code.tsx'
import { CallsPanel } from './calls.tsx'
import { DataPanel } from './data.tsx'
import { PinPanel } from './pin.tsx'
import { type Customer, isOver, type Portal, sentenceOf } from './portal.ts'
import { PukPanel } from './puk.tsx'
import { Refused, useFocusAtFirst } from './told.tsx'

export interface OwnAccountParts {
  portal: Portal
  customer: Customer
  leave(why: string): void
}

export function OwnAccount({ portal, customer, leave }: OwnAccountParts) {
  const language = useLanguage()
  const words = language.myData
  const [state, setState] = useState<PortalState | null>(null)
  const [refusal, setRefusal] = useState<ApiRefusal | null>(null)
  const heading = useFocusAtFirst<HTMLHeadingElement>()
  const refresh = useCallback(async (): Promise<void> => {
    const answer = await portal.state()
    if (answer.ok) setState(answer.data)
    else if (isOver(answer)) return leave(sentenceOf(answer, words.refusals))
    setRefusal(answer.ok ? null : answer)
  }, [portal, words])
  useEffect(() => void refresh(), [portal])
  const pin =
    customer.at.pin[language.code] ??
    state?.credentials.find(({ kind }) => kind === 'pin')?.name ??
    customer.at.pin[state?.language ?? 'de'] ??
    words.pin
  return (
    <main class="account">
      <div class="account-top">
        <div>
          <h2 ref={heading} tabIndex={-1}>
            {customer.name}
          </h2>
          <p class="muted">{words.customer(customer.at.title, customer.customerNumber)}</p>
        </div>
        <button type="button" onClick={() => leave('')}>
          {words.logOut}
        </button>
      </div>
      <div class="outcome" role="status">
        {state === null && refusal === null && <p>{words.loading}</p>}
        {refusal && <Refused>{sentenceOf(refusal, words.refusals)}</Refused>}
      </div>
      {refusal && (
        <button type="button" onClick={() => void refresh()}>
          {words.again}
        </button>
      )}
      {state && (
        <AccountProvider value={{ portal, customer, state, pin, refresh, leave }}>
          <div class="panels">
            <PinPanel />
            {state.allows.call_code && <CallCodePanel />}
            {state.allows.puk && <PukPanel />}
            <CallsPanel />
            <DataPanel />
          </div>
        </AccountProvider>
      )}
    </main>
  )
}
