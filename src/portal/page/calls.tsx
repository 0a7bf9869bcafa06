/** Who proved to be this customer, or tried to, in plain words. */
import { useEffect, useState } from 'preact/hooks'
import type { ApiRefusal } from '../../page/api.ts'
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import { clock, date } from '../../page/time.ts'
import type { LogIns } from '../view.ts'
import { useAccount } from './account-context.ts'
import { isOver, sentenceOf } from './portal.ts'
import { Panel, Refused } from './told.tsx'

/** Before the others are asked for. */
const FIRST = 8

export function CallsPanel() {
  const { portal, state, leave } = useAccount()
  const words = useLanguage().myData
  const [calls, setCalls] = useState<LogIns | null>(null)
  const [refusal, setRefusal] = useState<ApiRefusal | null>(null)
  const [all, showAll] = useState(false)
  // Again with each new state: what was done may have been done because of a call.
  useEffect(() => {
    const read = async (): Promise<void> => {
      const answer = await portal.calls()
      if (answer.ok) setCalls(answer.data.calls)
      else if (isOver(answer)) return leave(sentenceOf(answer, words.refusals))
      setRefusal(answer.ok ? null : answer)
    }
    void read()
  }, [portal, state])
  const shown = all ? calls : calls?.slice(0, FIRST)
  return (
    <Panel title={words.calls}>
      <p class="muted">{words.callsHint}</p>
      {refusal && <Refused>{sentenceOf(refusal, words.refusals)}</Refused>}
      {calls === null && refusal === null && <p role="status">{words.loading}</p>}
      {calls?.length === 0 && <p>{words.noCalls}</p>}
      <ol class="rows">
        {shown?.map((call, index) => (
          <li key={`${call.at} ${index}`}>
            <Call call={call} />
          </li>
        ))}
      </ol>
      {calls && !all && calls.length > FIRST && (
        <button type="button" onClick={() => showAll(true)}>
          {words.moreCalls(calls.length - FIRST)}
        </button>
      )}
    </Panel>
  )
}

function Call({ call: { at, by, kind, result } }: { call: LogIns[number] }) {
  const { pin, state } = useAccount()
  const language = useLanguage()
  const words = language.myData
  const secret =
    kind === 'pin'
      ? pin
      : (words.callWith[kind] ?? state.credentials.find((one) => one.kind === kind)?.name ?? kind.toUpperCase())
  return (
    <div class="row">
      <time class="figures" dateTime={at}>
        {date(at, language)}, {clock(at, language)}
      </time>
      <span>{words.callBy[by]}</span>
      <span class={`tag tone-${result === 'right' ? 'good' : result === 'wrong' ? 'bad' : 'fair'}`}>
        {capital(secret)}: {words.callResult[result]}
      </span>
    </div>
  )
}
