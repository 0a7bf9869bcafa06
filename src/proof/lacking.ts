/** What calls should be able to do, and in time: what is missing is a warning, for no call does harm. */
import type { Topic } from '../flow/brand.ts'
import type { RuleCode } from '../flow/files/finding.ts'
import { queueName } from '../flow/hotline.ts'
import { isOf } from '../flow/steps/index.ts'
import { type Budget, budgetIn, NobodyVerified } from './budget.ts'
import type { ProofFinding } from './counter-example.ts'
import { ordinaryDays } from './days.ts'
import { type Exploration, transitionsOf } from './exploration.ts'
import { heardIn } from './heard.ts'

export function lackingIn(exploration: Exploration): ProofFinding[] {
  const mute = languagesWithoutCalls(exploration)
  // Nobody can be timed on the way to their proof in a language that nobody is spoken to in.
  return [
    ...waitsWithoutEnd(exploration),
    ...rightsThatReadOut(exploration),
    ...topicsWithoutQueue(exploration),
    ...(mute.length > 0 ? mute : overBudget(exploration)),
  ]
}

/** Every wait ends, at the latest by the limits of the brand, and callers hear how they go on. */
function waitsWithoutEnd(exploration: Exploration): ProofFinding[] {
  const { brand, source, flow } = exploration.hotline
  const steps = new Set<string>()
  for (const { reply, to } of transitionsOf(exploration))
    if (reply?.next.kind === 'enqueue' && to) steps.add(to.call.step)
  const open = [...flow.steps].filter(
    ([step, config]) => steps.has(step) && isOf('enqueue', config) && !config.unserved,
  )
  const brands = [brand.name]
  // Where the brand has no limits, the steps need no way on from them yet.
  if (!brand.waits) {
    const message = `callers of '${brand.name}' may wait without end; say in 'waits' what follows a long wait, and that nobody is there`
    return steps.size === 0 ? [] : [{ ...source.finding('wait', ['name'], message), brands, call: null }]
  }
  return open.map(([step]) => {
    const message = `no wait ends in '${step}'; add 'unserved', to a branch on unserved that says how callers go on`
    return { ...flow.source.findingAtKey('wait', ['steps', step], message), brands, call: null }
  })
}

/** Customer and ticket numbers leak (R15), so one of them alone opens nothing that an agent reads out. */
function rightsThatReadOut({ hotline: { brand, source } }: Exploration): ProofFinding[] {
  return Object.entries(brand.actions)
    .filter(([right, needs]) => right.startsWith('read_') && needs !== 'never' && needs < 2)
    .map(([right, needs]) => {
      const who = needs === 0 ? 'anybody' : 'a caller who has keyed a number and proved nothing'
      const message = `by '${right}: ${needs}' agents read something of the account out to ${who}; write '${right}: 2'`
      return { ...source.finding('read', ['actions', right], message), brands: [brand.name], call: null }
    })
}

/** Every language of the brand is chosen in some call, or decided by the number called. */
function languagesWithoutCalls(exploration: Exploration): ProofFinding[] {
  const { brand, source, flow } = exploration.hotline
  const spoken = new Set<string>()
  for (const { language } of transitionsOf(exploration)) spoken.add(language)
  return brand.languages.flatMap(({ code }, index) => {
    if (spoken.has(code)) return []
    const message = `no call of '${brand.name}' comes to '${code}': a menu offers one other language alone; ask for it in flow '${flow.name}' by a step of type 'language', or give it a number in 'language_by_number'`
    return [{ ...source.finding('language', ['languages', index], message), brands: [brand.name], call: null }]
  })
}

/** Every topic has calls that come to its queue at the level that it needs, on every kind of day. */
function topicsWithoutQueue(exploration: Exploration): ProofFinding[] {
  const { hotline, kinds } = exploration
  const { brand, source } = hotline
  const ordinary = ordinaryDays(kinds)
  const days = new Map<string, number>()
  for (const { reply, to, days: on } of transitionsOf(exploration)) {
    if (reply?.next.kind !== 'enqueue' || !to?.call.handOff) continue
    const key = `${reply.next.queue} ${to.call.handOff.level}`
    days.set(key, (days.get(key) ?? 0) | on)
  }
  // A caller who needs a proof may have given more than the topic asks for; a caller who has none can give none.
  const lacks = ({ name, needs }: Topic): boolean => {
    const levels = needs === 0 ? [0] : [0, 1, 2].filter((level) => level >= needs)
    const on = levels.reduce((all, level) => all | (days.get(`${queueName(brand.name, name)} ${level}`) ?? 0), 0)
    return (on & ordinary) !== ordinary
  }
  return brand.topics.flatMap((topic, index) => {
    if (!lacks(topic)) return []
    const message = `no call about '${topic.name}' comes to its queue '${queueName(brand.name, topic.name)}' at level ${topic.needs}, at least on some days; lead callers there in flow '${brand.flow}'`
    return [{ ...source.finding('topic', ['topics', index], message), brands: [brand.name], call: null }]
  })
}

function overBudget(exploration: Exploration): ProofFinding[] {
  const { hotline, kinds } = exploration
  const brands = [hotline.brand.name]
  const { flow, source } = hotline
  const at = (code: RuleCode, message: string): ProofFinding => {
    return { ...source.finding(code, ['name'], message), brands, call: null }
  }
  const placed = ({ longest, longestMenu }: Budget, message: string): ProofFinding => {
    const told = [longest, longestMenu].find(({ text, step }) => message.includes(`"${text}"`) && flow.steps.has(step))
    return told
      ? { ...flow.source.finding('budget', ['steps', told.step, 'prompt'], message), brands, call: null }
      : at('budget', message)
  }
  const heard = heardIn(exploration)
  return kinds.flatMap(({ account }, index) => {
    if (account !== 'runs') return []
    try {
      return budgetIn(exploration, index, heard).flatMap((budget) =>
        budget.broken.map((message) => placed(budget, `${message}; say less, or ask for less`)),
      )
    } catch (error) {
      if (!(error instanceof NobodyVerified)) throw error
      return [at('topic', `${error.message}; lead callers of its topics to their proof`)]
    }
  })
}
