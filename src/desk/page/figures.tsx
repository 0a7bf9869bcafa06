/** The day for supervisors, by queue and brand. Never a figure of one agent: that needs the works council's consent. */
import type { BrandFigures, DeskView, QueueFigures } from '../../floor/view.ts'
import { useLanguage } from '../../page/language.ts'
import { capital, useNames } from '../../page/named.ts'
import { span } from '../../page/time.ts'
import { Bar, Shares } from './charts.tsx'
import { Figure } from './supervisor/figure.tsx'

export function FiguresPanel({ figures }: { figures: NonNullable<DeskView['figures']> }) {
  const language = useLanguage()
  const words = language.desk
  const busiest = Math.max(1, ...figures.queues.map(({ taken, abandoned }) => taken + abandoned))
  const used = figures.queues.filter(({ taken, abandoned }) => taken + abandoned > 0)
  const quiet = figures.brands.filter(({ calls }) => calls === 0)
  return (
    <section class="panel day" aria-labelledby="day-title">
      <div class="panel-head">
        <h2 id="day-title">{words.figures}</h2>
        <span class="muted">{words.figuresNote}</span>
      </div>
      {quiet.length < figures.brands.length && (
        <div class="brands">
          {figures.brands
            .filter((brand) => !quiet.includes(brand))
            .map((brand) => (
              <Brand key={brand.brand} figures={brand} />
            ))}
        </div>
      )}
      {quiet.length > 0 && (
        <p class="empty muted">{language.supervision.noCalls(quiet.map(({ brand }) => capital(brand)).join(', '))}</p>
      )}
      {used.length > 0 && (
        <ul class="queue-rows" aria-label={words.queueName}>
          {used.map((queue) => (
            <QueueRow key={queue.queue} figures={queue} busiest={busiest} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Brand({ figures }: { figures: BrandFigures }) {
  const language = useLanguage()
  const words = language.desk
  const told = language.supervision
  const { calls, needed, verified, checks, checksPassed, turnedAway, outOfHours, unserved, locks } = figures
  // In the order of the words: the store knows none.
  const parts = Object.entries(words.outcomesShort)
    .map(([outcome, name]) => ({ key: outcome, name, count: figures.outcomes[outcome] ?? 0 }))
    .filter(({ count }) => count > 0)
  const lines = [
    told.checks(checks, checksPassed),
    told.turnedAway(turnedAway),
    told.outOfHours(outOfHours),
    told.unserved(unserved),
    words.locks(locks),
  ]
  return (
    <figure class="brand">
      <figcaption>
        <strong>{capital(figures.brand)}</strong>
        <span class="figures">{words.brandCalls(calls)}</span>
      </figcaption>
      <p class="figures proof-share">{told.verifiedOf(verified, needed)}</p>
      <Shares parts={parts} />
      <ul class="brand-lines figures">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </figure>
  )
}

function QueueRow({ figures, busiest }: { figures: QueueFigures; busiest: number }) {
  const words = useLanguage().desk
  const named = useNames()
  const [brand = '', topic = ''] = figures.queue.split('.')
  const seconds = (value: number | null) => (value === null ? '–' : span(value * 1000))
  const { taken, abandoned } = figures
  return (
    <li class="queue-row">
      <span class="queue-name">
        <strong>{named(topic)}</strong> <span class="muted">{capital(brand)}</span>
        <Bar
          first={taken}
          second={abandoned}
          whole={busiest}
          text={`${taken} ${words.taken}, ${abandoned} ${words.abandoned}`}
        />
      </span>
      <dl class="numbers">
        <Figure name={words.taken} value={String(taken)} />
        <Figure name={words.abandoned} value={String(abandoned)} />
        <Figure name={words.median} value={seconds(figures.medianWait)} />
        <Figure name={words.max} value={seconds(figures.longestWait)} />
      </dl>
    </li>
  )
}
