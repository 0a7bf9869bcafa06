/** Which steps and exits calls take, and which no call can. */
import type { Topic } from '../flow/brand.ts'
import { exitsOf, type Flow, placeOfExit } from '../flow/flow.ts'
import type { Hotline } from '../flow/hotline.ts'
import { hoursSchema } from '../flow/hours.ts'
import type { ProofFinding } from './counter-example.ts'
import { everyDayKind } from './days.ts'
import { type Exploration, transitionsOf } from './exploration.ts'
import { explore } from './explore.ts'

/** What calls of a hotline take: names of steps, and `step.exit` of exits. */
export interface Coverage {
  hotline: Hotline
  /** Whether its calls are sent by agents, and do not ring. */
  inTalk: boolean
  seen: ReadonlySet<string>
}

export function seenIn(exploration: Exploration): Set<string> {
  const { flow } = exploration.hotline
  const seen = new Set<string>([flow.start])
  for (const { way, step } of transitionsOf(exploration)) {
    seen.add(step)
    for (const { step, exit } of way) {
      seen.add(step).add(`${step}.${exit}`)
      // A step that leads out of the flow is no more the one where the call stands.
      const config = flow.steps.get(step)
      const target = config && exitsOf(flow, config)[exit]
      if (target !== undefined) seen.add(target)
    }
  }
  return seen
}

/** Steps and exits that no call takes: not with these brands, and not with any that could be written. */
export function unreached(flow: Flow, own: readonly Coverage[]): ProofFinding[] {
  const seen = new Set(own.flatMap((one) => [...one.seen]))
  const missing = (): { step: string; exit: string | null }[] =>
    [...flow.steps].flatMap(([step, config]): { step: string; exit: string | null }[] =>
      seen.has(step)
        ? Object.keys(exitsOf(flow, config))
            .filter((exit) => !seen.has(`${step}.${exit}`))
            .map((exit) => ({ step, exit }))
        : [{ step, exit: null }],
    )
  const [first] = own
  // One kind of day is enough for what hangs on the brand alone, as hours do, and takes a fraction of the time.
  for (const kinds of [everyDayKind().slice(-1), everyDayKind()]) {
    if (!first || missing().length === 0) break
    const { hotline, inTalk } = first
    for (const name of seenIn(explore(anyBrand(hotline), kinds, null, { inTalk }))) seen.add(name)
  }
  const brands = own.map(({ hotline }) => hotline.brand.name)
  return missing().map(({ step, exit }) => {
    const finding =
      exit === null
        ? flow.source.findingAtKey('step', ['steps', step], `no call comes to '${step}'; lead to it or remove it`)
        : flow.source.finding(
            'exit',
            placeOfExit(flow, step, exit),
            `no call leaves '${step}' by '${exit}'; remove this exit`,
          )
    return { ...finding, brands, call: null }
  })
}

/** A brand that offers all that a brand can offer: topics of every need, written or not, the own line, hours, limits. */
function anyBrand(hotline: Hotline): Hotline {
  const { brand } = hotline
  const free = [...'0123456789'].filter((key) => ![brand.person_key, brand.language_key].includes(key))
  const kinds = [false, true].flatMap((written) => ([0, 1, 2] as const).map((needs) => ({ needs, written })))
  const topics = kinds.map(({ needs, written }, index): Topic => {
    const own = brand.topics.find((topic) => topic.needs === needs && topic.written === written)
    return { name: own?.name ?? `topic_${index}`, press: free[index] ?? '', needs, written }
  })
  const hours = brand.hours ?? hoursSchema.parse({})
  return { ...hotline, brand: { ...brand, topics, own_line: true, hours, queues: { most: 10, long_minutes: 1 } } }
}
