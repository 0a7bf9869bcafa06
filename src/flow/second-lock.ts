import type { Level } from '../auth/assurance.ts'
import type { ChangeableKind } from '../auth/credentials.ts'
import type { Call, HandOff } from '../call/call.ts'
import { covers } from '../call/covers.ts'
import type { Brand } from './brand.ts'
import { BrokenFlow } from './broken-flow.ts'
import { levelAskedBy, topicOfQueue } from './hotline.ts'
import type { OfBrand } from './step.ts'

/** What a caller has reached for a topic: 2 a right secret for the number keyed last, 1 a keyed number, 0 neither. */
export function levelReached(call: Call, about: string | null = call.topic): Level {
  if (call.assurance.level === 2 && covers(call.claim, about)) return 2
  // A keyed number and not a found account, because found or not found may not show; the agent sees the true level.
  return call.claim === null ? 0 : 1
}

/** Whether the topic lets callers set a new secret of this kind; without `about` whether any topic of the brand does. Brands say so, or none does. */
export function isOffered({ topics }: Brand, credential: ChangeableKind, about?: string | null): boolean {
  return topics.some(({ name, sets }) => sets === credential && (about === undefined || name === about))
}

/**
 * Whether callers may set a new secret of this kind: where their topic is about that, by the one in force, right in this call and for the number keyed last; not by another
 * kind, nor once an agent was in the call, who may have told them what to key. Who has keyed a code for first use may, whatever the topic, where some topic of the brand
 * lets callers do so.
 */
export function maySet({ brand }: OfBrand, call: Call, credential: ChangeableKind): boolean {
  const { assurance, claim, handOff, talk, topic } = call
  if (handOff !== null || talk !== null) return false
  if (claim?.replaces === credential) return isOffered(brand, credential)
  return isOffered(brand, credential, topic) && levelReached(call) === 2 && assurance.method === credential
}

/** Whether letters with a new PIN are ordered by agents, or by callers too, as the brand says. One that takes no PIN has none. */
export function ordersLetters({ credentials, pins: { letters } }: Brand, by: 'agents' | 'callers'): boolean {
  return credentials.includes('pin') && (letters === 'callers' || letters === by)
}

/**
 * Whether this would be the call's first hand-off, and it is closed (decision H). Free of it are callers who were let in once,
 * and numbers that answer at any time. A flow that never asks is told by the proof, and hands off as it always did.
 */
export function isClosedTo({ brand }: OfBrand, { open, handOff, talk }: Call, { to }: HandOff): boolean {
  return open === 'no' && handOff === null && talk === null && !answersAnyTime(brand, to)
}

/** Whether somebody answers there also while the brand is closed. */
export function answersAnyTime({ transfers }: Brand, to: HandOff['to']): boolean {
  return (
    to.kind === 'number' && Object.values(transfers).some(({ number, any_time }) => any_time && number === to.number)
  )
}

/**
 * The second lock behind the proof: every hand-off, of whatever step type, is checked again at run time, against what
 * the flow says and against what the queue or number itself asks for.
 */
export function checkHandOff(hotline: OfBrand, call: Call, { to, level }: HandOff): void {
  const asked = levelAskedBy(hotline, to, call.today)
  const name = to.kind === 'queue' ? to.queue : to.number
  if (asked === null) {
    const message = `step '${call.step}' hands off to '${name}', which brand '${call.brand}' does not have`
    throw new BrokenFlow('no_queue', call.step, message)
  }
  const reached = levelReached(call, to.kind === 'queue' ? topicOfQueue(hotline.brand.name, to.queue) : call.topic)
  const needed = asked > level ? asked : level
  if (reached >= needed) return
  const message = `step '${call.step}' hands off to '${name}' at level ${needed}, but the caller reached ${reached}`
  throw new BrokenFlow('level', call.step, message, { to: name, needed, reached })
}
