/** The queues at this moment: who waits, how long, and who is there for them. What is over its threshold comes first. */
import type { QueueNow } from '../../../floor/view.ts'
import { Icon } from '../../../page/icon.tsx'
import { useLanguage } from '../../../page/language.ts'
import { capital, useNames } from '../../../page/named.ts'
import { span } from '../../../page/time.ts'
import { Figure } from './figure.tsx'
import { pressureOf } from './pressure.ts'
import { QueueAlarm } from './queue-alarm.tsx'

export function QueuesNow({ queues, now }: { queues: QueueNow[]; now: number }) {
  const words = useLanguage().supervision
  const over = queues.filter((queue) => pressureOf(queue, now) !== null)
  const busy = queues.filter((queue) => queue.waiting > 0 && !over.includes(queue))
  const quiet = queues.filter(({ waiting }) => waiting === 0)
  return (
    <section class="panel queues-now" aria-labelledby="queues-now-title">
      <div class="panel-head">
        <h2 id="queues-now-title">{words.queues}</h2>
        <span class={over.length === 0 ? 'muted' : 'tag tone-bad'}>
          {over.length > 0 && <Icon name="warning" />}
          {words.over(over.length)}
        </span>
      </div>
      {over.length + busy.length > 0 && (
        <ul class="queue-rows">
          {[...over, ...busy].map((queue) => (
            <Row key={queue.queue} queue={queue} now={now} />
          ))}
        </ul>
      )}
      <details class="quiet" open={queues.length <= 6}>
        <summary>{words.quiet(quiet.length)}</summary>
        <ul class="queue-rows">
          {quiet.map((queue) => (
            <Row key={queue.queue} queue={queue} now={now} />
          ))}
        </ul>
      </details>
      <QueueAlarm queues={queues} now={now} />
    </section>
  )
}

function Row({ queue, now }: { queue: QueueNow; now: number }) {
  const words = useLanguage().supervision
  const named = useNames()
  const [brand = '', topic = ''] = queue.queue.split('.')
  const pressure = pressureOf(queue, now)
  return (
    <li class={pressure === null ? 'queue-row' : 'queue-row over'}>
      <span class="queue-name">
        <strong>{named(topic)}</strong> <span class="muted">{capital(brand)}</span>
        {pressure !== null && (
          <span class="tag tone-bad">
            <Icon name="warning" />
            {words.pressure[pressure](queue.threshold)}
          </span>
        )}
      </span>
      <dl class="numbers">
        <Figure name={words.waiting} value={String(queue.waiting)} />
        <Figure
          name={words.longest}
          value={queue.longestSince === null ? '–' : span(now - Date.parse(queue.longestSince))}
        />
        <Figure name={words.agents} value={words.freeOf(queue.free, queue.agents)} />
      </dl>
    </li>
  )
}
