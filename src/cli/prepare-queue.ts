/** Who waits, and who is at work, before a call: `before: waiting …` and `before: agent …` of a transcript. */
import { randomBytes, randomUUID } from 'node:crypto'
import { newAssignment } from '../floor/assignment.ts'
import { firstLanguage } from '../flow/brand.ts'
import { GENERAL, queueName, topicOfQueue } from '../flow/hotline.ts'
import type { Clock } from '../seams/clock.ts'
import type { Arrival } from '../seams/waiting.ts'
import type { Deps } from '../server/deps.ts'
import { unknown } from './prepare-forms.ts'

/** Of half an hour, after which the store takes a caller for gone, all but three minutes, ms. */
const HEARD_AGO_MS = 27 * 60_000

/** Somebody in a queue; nothing is known about them. */
function stranger({ hotlines }: Deps, queue: string): Arrival {
  const [name = ''] = queue.split('.')
  const brand = hotlines.byBrand.get(name)?.brand
  if (!brand) throw unknown(`waiting ${queue}`)
  const nothing = { language: firstLanguage(brand), level: 0 as const, since: null, ref: null, ticket: null }
  return { callId: randomUUID(), brand: name, queue, topic: topicOfQueue(name, queue), ...nothing }
}

/** They wait from now on; nothing was heard of them for so long that they count as gone in three minutes. */
export async function arrive(deps: Deps, clock: Clock, queue: string): Promise<void> {
  const now = clock.now()
  await deps.floorStore.join(
    { ...stranger(deps, queue), since: now.toISOString() },
    new Date(now.getTime() - HEARD_AGO_MS),
  )
}

/** The queue moves as said, whatever its journal has of calls before this one. */
export function moveQueue(
  { floorStore }: Deps,
  { line, queue, minutes }: { line: string; queue: string; minutes: number },
): void {
  if (!Number.isInteger(minutes) || minutes < 1) throw unknown(line)
  const moves = floorStore.pace
  floorStore.pace = (asked, at) => (asked === queue ? Promise.resolve(minutes * 60) : moves(asked, at))
}

/** At work, and so never rung: what callers hear hangs on who is there. */
export async function addAgent(deps: Deps, clock: Clock, line: string): Promise<void> {
  const { hotlines, agents, floorStore } = deps
  const [, ...queues] = line.trim().split(/\s+/)
  const [queue = ''] = queues
  const brand = hotlines.byBrand.get(queue.split('.')[0] ?? '')?.brand
  const known = [...(brand?.topics.map(({ name }) => name) ?? []), null]
  if (!brand || queues.some((each) => !known.some((topic) => queueName(brand.name, topic) === each)))
    throw unknown(line)
  const topics = queues.map((each) => topicOfQueue(brand.name, each))
  const name = `agent-${randomBytes(8).toString('hex')}`
  const agent = {
    name,
    displayName: 'At work',
    role: 'agent' as const,
    brands: [brand.name],
    topics: topics.map((topic) => topic ?? GENERAL),
    languages: brand.languages.map(({ code }) => code),
    phone: 'client:at-work',
  }
  await agents.add(agent, randomBytes(16).toString('hex'))
  const caller = stranger(deps, queue)
  await floorStore.join(caller, clock.now())
  const make: Parameters<typeof floorStore.offer>[2] = (place) =>
    newAssignment({ id: randomUUID(), agent: name, from: null, ...place }, clock.now().toISOString(), { ringMs: 0 })
  const offered = await floorStore.offer({ ...agent, agent: name }, caller.callId, make, clock.now())
  if (typeof offered === 'string') throw unknown(line)
  await floorStore.save([{ ...offered, version: offered.version + 1, state: 'talking', until: null, talked: true }])
  // Not as somebody who was taken: how fast the queue moves is for other lines to say.
  await floorStore.leave(caller.callId, 'moved', clock.now())
}
