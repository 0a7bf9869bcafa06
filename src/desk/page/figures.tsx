/** The day for supervisors, by queue and brand. Never a figure of one agent: that needs the works council's consent. */
import type { BrandFigures, DeskView, QueueFigures } from '../../floor/view.ts'
import { useLanguage } from '../../page/language.ts'
import { capital, useNames } from '../../page/named.ts'
import { span } from '../../page/time.ts'
import { Bar, Shares } from './charts.tsx'

export function FiguresPanel({ figures, now }: { figures: NonNullable<DeskView['figures']>; now: number }) {
  const words = useLanguage().desk
  const busiest = Math.max(1, ...figures.queues.map(({ taken, abandoned }) => taken + abandoned))
  return (
    <section class="panel day" aria-labelledby="day-title">
      <div class="panel-head">
        <h2 id="day-title">{words.figures}</h2>
        <span class="muted">{words.figuresNote}</span>
      </div>
      <div class="brands">
        {figures.brands.map((brand) => (
          <Brand key={brand.brand} figures={brand} />
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <section class="scroll" tabIndex={0} aria-label={words.queueName}>
        <table>
          <thead>
            <tr>
              {[words.queueName, words.waitingNow, words.longest, words.agentsNow].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
              <th scope="col">
                {words.taken} / {words.abandoned}
              </th>
              <th scope="col">{words.median}</th>
              <th scope="col">{words.max}</th>
            </tr>
          </thead>
          <tbody>
            {figures.queues.map((queue) => (
              <QueueRow key={queue.queue} figures={queue} busiest={busiest} now={now} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Brand({ figures }: { figures: BrandFigures }) {
  const words = useLanguage().desk
  const { calls, handedOff, verified, locks } = figures
  // Of nobody there is no share.
  const share = handedOff === 0 ? [] : [words.verifiedShare(Math.round((100 * verified) / handedOff))]
  // In the order of the words: the store knows none.
  const parts = Object.entries(words.outcomesShort)
    .map(([outcome, name]) => ({ key: outcome, name, count: figures.outcomes[outcome] ?? 0 }))
    .filter(({ count }) => count > 0)
  return (
    <figure class="brand">
      <figcaption>
        <strong>{capital(figures.brand)}</strong>
        <span class="figures">{[words.brandCalls(calls), ...share, words.locks(locks)].join(' · ')}</span>
      </figcaption>
      <Shares parts={parts} />
    </figure>
  )
}

function QueueRow({ figures, busiest, now }: { figures: QueueFigures; busiest: number; now: number }) {
  const words = useLanguage().desk
  const named = useNames()
  const [brand = '', topic = ''] = figures.queue.split('.')
  const seconds = (value: number | null) => (value === null ? '–' : span(value * 1000))
  return (
    <tr>
      <th scope="row">
        {named(topic)} <span class="muted">{capital(brand)}</span>
      </th>
      <td>{figures.waiting}</td>
      <td>{figures.longestSince ? span(now - Date.parse(figures.longestSince)) : '–'}</td>
      <td>{figures.agents}</td>
      <td>
        <Bar
          first={figures.taken}
          second={figures.abandoned}
          whole={busiest}
          text={`${figures.taken} ${words.taken}, ${figures.abandoned} ${words.abandoned}`}
        />
        {figures.taken} / {figures.abandoned}
      </td>
      <td>{seconds(figures.medianWait)}</td>
      <td>{seconds(figures.longestWait)}</td>
    </tr>
  )
}
