/** Who waits, in order, and why each has that place. */
import type { DeskView, WaitingCaller } from '../../floor/view.ts'
import { Icon } from '../../page/icon.tsx'
import { Key } from '../../page/key.tsx'
import { useLanguage } from '../../page/language.ts'
import { capital, languageNamed, useNames } from '../../page/named.ts'
import { span, when } from '../../page/time.ts'
import { AssuranceTag } from './assurance.tsx'

export interface QueueParts {
  waiting: DeskView['waiting']
  now: number
  /** Whether this agent may ring for the next one now. */
  canTake: boolean
  /** Supervisors choose; everyone else gets the next. */
  canChoose: boolean
  pending: boolean
  take(callSid: string | null): void
}

export function Queue({ waiting, now, canTake, canChoose, pending, take }: QueueParts) {
  const words = useLanguage().desk
  return (
    <section class="panel queue" aria-labelledby="queue-title">
      <div class="panel-head">
        <h2 id="queue-title">{words.queue}</h2>
        <span class="muted figures" data-testid="counts">
          {words.waitingOf(waiting.total, waiting.mine)}
        </span>
        {canTake && waiting.mine > 0 && (
          <button type="button" aria-disabled={pending} onClick={() => take(null)}>
            {words.next} <Key name="N" />
          </button>
        )}
      </div>
      {waiting.callers.length === 0 ? (
        <p class="empty muted">{words.nobody}</p>
      ) : (
        <ol class="callers">
          {waiting.callers.map((caller, index) => (
            <Row
              key={caller.callSid}
              caller={caller}
              place={index + 1}
              now={now}
              pending={pending}
              {...(canTake && canChoose ? { take: () => take(caller.callSid) } : {})}
            />
          ))}
        </ol>
      )}
      {waiting.total > waiting.callers.length && waiting.callers.length > 0 && (
        <p class="empty muted">{words.shown(waiting.callers.length)}</p>
      )}
    </section>
  )
}

interface RowParts {
  caller: WaitingCaller
  place: number
  now: number
  pending: boolean
  take?(): void
}

function Row({ caller, place, now, pending, take }: RowParts) {
  const language = useLanguage()
  const words = language.desk
  const named = useNames()
  const since = when(caller.place, now, language)
  return (
    <li class={caller.mine ? 'caller mine' : 'caller'}>
      <span class="place figures">
        <span class="unseen">{words.place} </span>
        {place}
      </span>
      <span class="caller-topic">
        <strong>{named(caller.topic ?? 'general')}</strong>
        <span class="muted">
          {capital(caller.brand)} · {languageNamed(caller.language, language)}
        </span>
      </span>
      <span class="wait figures">{span(now - Date.parse(caller.since))}</span>
      <span class="caller-tags">
        <AssuranceTag level={caller.level} />
        {caller.mine && <span class="tag">{words.mine}</span>}
        {caller.offeredTo && (
          <span class="tag tone-calm">
            <Icon name="phone" />
            {words.ringsAt(caller.offeredTo)}
          </span>
        )}
      </span>
      <span class="reason muted">
        {caller.reason === 'ticket'
          ? words.reasons.ticket(since, caller.ticket ?? '–')
          : words.reasons[caller.reason](since)}
      </span>
      {take && caller.offeredTo === null && (
        <button
          type="button"
          class="row-take"
          aria-disabled={pending}
          onClick={take}
          aria-label={`${words.take}: ${words.place} ${place}`}
        >
          {words.take}
        </button>
      )}
    </li>
  )
}
