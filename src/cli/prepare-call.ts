import { randomBytes, randomUUID } from 'node:crypto'
import { isCallCode } from '../auth/call-code.ts'
import { canonicalEntry, formOf } from '../auth/identifiers.ts'
import { softLocks } from '../auth/lockout.ts'
import { accountSubject } from '../auth/subjects.ts'
import { newAssignment } from '../floor/assignment.ts'
import { type Brand, firstLanguage } from '../flow/brand.ts'
import { GENERAL, queueName, topicOfQueue } from '../flow/hotline.ts'
import type { CustomerPlace } from '../seams/account-book.ts'
import type { Clock } from '../seams/clock.ts'
import type { Arrival } from '../seams/waiting.ts'
import type { Deps } from '../server/deps.ts'
import { createCallCodes } from '../store/call-codes.ts'
import { insertTicket } from '../store/tickets.ts'
import { setSpecialHours } from '../turn/special-hours.ts'
import { isNotUnderstood } from '../turn/understood.ts'
import { addCustomer } from './prepare-customer.ts'

const forms = [
  'locked BRAND NUMBER',
  'failed BRAND NUMBER TRIES',
  'customer BRAND COLUMN=VALUE …',
  'ended BRAND NUMBER',
  'code BRAND NUMBER CODE',
  'waiting QUEUE CALLERS',
  'waiting QUEUE CALLERS MINUTES',
  'agent QUEUE …',
  'ticket BRAND NUMBER TOPIC TICKET',
  'merged BRAND NUMBER TICKET INTO',
  'outage lookup N',
  'outage check N',
  'outage ticket N',
  'outage change N',
  'outage letter N',
  'notice BRAND TOPIC TEXT …',
  'hours BRAND DAY closed|HH:MM-HH:MM TEXT …',
]

/** Instead of a topic: the notice is for all callers of the brand. */
export const EVERYBODY = 'all'

/**
 * Brings about what a `before:` line of a transcript says:
 * `locked BRAND NUMBER` (three wrong tries were made) and `failed BRAND NUMBER TRIES`; `customer BRAND COLUMN=VALUE …` (a
 * customer of that brand, with columns of a customer file: `customer_number=4711 pin=1234`); `ended BRAND NUMBER` (the last contract of that customer
 * ended a day ago); `code BRAND NUMBER CODE` (that customer has just got this call code); `ticket BRAND NUMBER TOPIC
 * TICKET` (the customer of that number has an open ticket on the topic); `merged BRAND NUMBER TICKET INTO` (the first ticket was
 * merged into the other, which is open); `waiting QUEUE CALLERS` (so many are in the
 * queue already and hang up in time) and `waiting QUEUE CALLERS MINUTES` (and one is taken every so many minutes);
 * `agent QUEUE …` (somebody who takes these queues, all of one brand, is at work with another call);
 * `outage lookup N`, `outage check N`, `outage ticket N`, `outage change N` and `outage letter N` (the customers, the tries, the tickets, the PINs to be changed, or the letters cannot be reached
 * when the call needs them for the Nth time, and then again); `notice BRAND TOPIC TEXT …` (callers about
 * that topic, or `all` of them, are told this text); `hours BRAND DAY closed TEXT …` or, for `closed`, `08:00-11:00,12:00-14:00`
 * (special hours of that day, and why, which may be left out). A text is said in every language, or there is one for each,
 * in the order of the brand's languages, with ` | ` between them.
 * Throws a sentence that names what it did not understand.
 */
export async function prepareCall(deps: Deps, clock: Clock, line: string): Promise<void> {
  const [what, first = '', second = '', third] = line.trim().split(/\s+/)
  if (what === 'customer') return addCustomer(deps, line)
  if (what === 'ended') return endCustomer(deps, clock, { line, brandName: first, entry: second })
  if (what === 'code') return makeCallCode(deps, clock, line)
  if (what === 'notice') return setNotice(deps, clock, line)
  if (what === 'hours') return setHours(deps, clock, line)
  if (what === 'ticket') return addTicket(deps, clock, line)
  if (what === 'merged') return mergeTickets(deps, clock, line)
  if (what === 'agent') return addAgent(deps, clock, line)
  const times = Number(what === 'locked' ? softLocks[0].after : what === 'failed' ? third : second)
  if (!Number.isInteger(times)) throw unknown(line)
  switch (what) {
    case 'locked':
    case 'failed':
      return fail(deps, clock, { line, brandName: first, entry: second, times })
    case 'waiting':
      if (third !== undefined) moveQueue(deps, { line, queue: first, minutes: Number(third) })
      for (let caller = 0; caller < times; caller++) await arrive(deps, clock, first)
      return
    case 'outage':
      if (first === 'lookup') return breakOnce(deps.source, 'find', times)
      if (first === 'check') return breakOnce(deps.attempts, 'reserve', times)
      if (first === 'ticket') return breakOnce(deps.matters, 'open', times)
      if (first === 'change') return breakOnce(deps.pinChoice, 'choose', times)
      if (first === 'letter') return breakOnce(deps.letterOrders, 'order', times)
  }
  throw unknown(line)
}

function unknown(line: string): Error {
  return new Error(`'before: ${line}' is not known; write one of: ${forms.join(', ')}.`)
}

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
async function arrive(deps: Deps, clock: Clock, queue: string): Promise<void> {
  const now = clock.now()
  await deps.floorStore.join(
    { ...stranger(deps, queue), since: now.toISOString() },
    new Date(now.getTime() - HEARD_AGO_MS),
  )
}

/** The queue moves as said, whatever its journal has of calls before this one. */
function moveQueue(
  { floorStore }: Deps,
  { line, queue, minutes }: { line: string; queue: string; minutes: number },
): void {
  if (!Number.isInteger(minutes) || minutes < 1) throw unknown(line)
  const moves = floorStore.pace
  floorStore.pace = (asked, at) => (asked === queue ? Promise.resolve(minutes * 60) : moves(asked, at))
}

/** At work, and so never rung: what callers hear hangs on who is there. */
async function addAgent(deps: Deps, clock: Clock, line: string): Promise<void> {
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

async function addTicket(deps: Deps, clock: Clock, line: string): Promise<void> {
  const [, brandName = '', entry = '', topic = '', number = ''] = line.trim().split(/\s+/)
  const brand = deps.hotlines.byBrand.get(brandName)?.brand
  if (!brand?.topics.some(({ name }) => name === topic)) throw unknown(line)
  const ref = await refOf(deps, clock, { line, brand, entry })
  const ticket = { brand: brandName, number, ref, topic, reported_at: clock.now(), open: true }
  await deps.database.db.transaction().execute(async (trx) => {
    const ofMatter = trx
      .updateTable('ticket')
      .where('brand', '=', brandName)
      .where('ref', '=', ref)
      .where('topic', '=', topic)
    await ofMatter.set({ open: false }).execute()
    const { numUpdatedRows } = await ofMatter.where('number', '=', number).set({ open: true }).executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) await insertTicket(trx, ticket)
  })
}

async function mergeTickets(deps: Deps, clock: Clock, line: string): Promise<void> {
  const [, brandName = '', entry = '', number = '', into = ''] = line.trim().split(/\s+/)
  const brand = deps.hotlines.byBrand.get(brandName)?.brand
  if (!brand) throw unknown(line)
  const ref = await refOf(deps, clock, { line, brand, entry })
  const of = { brand: brandName, ref, number, into }
  // The customers of the demo stay for the next call, and so does what was merged for this one.
  await deps.matters.undo(of, { callId: '-', actor: 'test' }, clock.now())
  const merged = await deps.matters.merge(of, { callId: '-', actor: 'test' }, clock.now())
  if (merged !== 'done') throw new Error(`'before: ${line}' cannot be: ${merged}.`)
}

async function setNotice({ hotlines, notices }: Deps, clock: Clock, line: string): Promise<void> {
  const [, brandName = '', topic = '', text = ''] = /^notice (\S+) (\S+) (.+)$/.exec(line.trim()) ?? []
  const brand = hotlines.byBrand.get(brandName)?.brand
  if (!brand) throw unknown(line)
  const place = { brand: brandName, topic: topic === EVERYBODY ? null : topic }
  await notices.set({ ...place, texts: textsOf(brand, text), until: null }, 'test', clock.now())
}

async function setHours({ hotlines, specialHours, calendar }: Deps, clock: Clock, line: string): Promise<void> {
  const [, name = '', day = '', open = '', text = ''] = /^hours (\S+) (\S+) (\S+)(?: (.+))?$/.exec(line.trim()) ?? []
  const brand = hotlines.byBrand.get(name)?.brand
  if (!brand) throw unknown(line)
  const hours = open === 'closed' ? [] : open.split(',')
  const sent = { brand: name, day, hours, texts: text === '' ? {} : textsOf(brand, text) }
  const set = await setSpecialHours(
    { specialHours, calendar, brands: [brand] },
    { sent, actor: 'test', now: clock.now() },
  )
  if (isNotUnderstood(set)) throw new Error(`'before: ${line}' is not understood. ${set.faults.join(' ')}`)
}

function textsOf({ languages }: Brand, text: string): Record<string, string> {
  const [first = '', ...others] = text.split(' | ')
  return Object.fromEntries(
    languages.map(({ code }, index) => [code, index === 0 ? first : (others[index - 1] ?? first)]),
  )
}

const DAY_MS = 86_400_000

async function endCustomer(
  deps: Deps,
  clock: Clock,
  { line, brandName, entry }: { line: string; brandName: string; entry: string },
): Promise<void> {
  const place = await placeOf(deps, clock, { line, brandName, entry })
  const now = clock.now()
  await deps.accounts.end(place, new Date(now.getTime() - DAY_MS), because, now)
}

/** The code that the line says, so that the transcript can key it; what makes codes draws them. */
async function makeCallCode(deps: Deps, clock: Clock, line: string): Promise<void> {
  const [, brandName = '', entry = '', code = ''] = line.trim().split(/\s+/)
  if (!isCallCode(code)) throw unknown(line)
  const place = await placeOf(deps, clock, { line, brandName, entry })
  const { database, keys } = deps
  const codes = createCallCodes(database.db, {
    subjectKey: keys.subject,
    isTaken: (name) => deps.hotlines.byBrand.get(name)?.brand.call_codes ?? false,
    draw: () => code.slice(0, -1),
  })
  const made = await codes.make(place, because)
  if (made === null || 'refused' in made)
    throw new Error(`'before: ${line}' cannot be: no code is made for this customer.`)
}

const because = { actor: 'test', reason: 'a transcript' }

/** The customer of that number, by customer number. */
async function placeOf(
  deps: Deps,
  clock: Clock,
  { line, brandName, entry }: { line: string; brandName: string; entry: string },
): Promise<CustomerPlace> {
  const brand = deps.hotlines.byBrand.get(brandName)?.brand
  if (!brand) throw unknown(line)
  const ref = await refOf(deps, clock, { line, brand, entry })
  const { customer_number: customerNumber } = await deps.database.db
    .selectFrom('account')
    .select('customer_number')
    .where('ref', '=', ref)
    .executeTakeFirstOrThrow()
  return { brand: brandName, customerNumber }
}

async function fail(
  deps: Deps,
  clock: Clock,
  { line, brandName, entry, times }: { line: string; brandName: string; entry: string; times: number },
): Promise<void> {
  const brand = deps.hotlines.byBrand.get(brandName)?.brand
  if (!brand) throw new Error(`'before: ${line}' names a brand that does not exist: ${brandName}.`)
  const ref = await refOf(deps, clock, { line, brand, entry })
  const subject = accountSubject(brandName, ref)
  const owner = { brand: brandName, ref, sims: null }
  for (let made = 0; made < times; made++) {
    const attempt = { token: randomUUID(), subject, credential: 'pin' as const, ownSubject: null, owner }
    const reservation = await deps.attempts.reserve(attempt)
    if (reservation.kind === 'locked') throw new Error(`'before: ${line}' asks for more tries than the lock allows.`)
    await deps.attempts.settle(attempt, reservation, 'wrong', null)
  }
}

/** The account of the customer whose number that is. */
async function refOf(
  { source }: Deps,
  clock: Clock,
  { line, brand, entry }: { line: string; brand: Brand; entry: string },
): Promise<string> {
  const form = formOf(entry, brand.identifiers)
  const kinds = form.form === 'well_formed' ? form.kinds : []
  const value = canonicalEntry(entry, brand.country_code)
  const found = await source.find({ brand: brand.name, value, kinds }, clock.now())
  if (found.kind !== 'found') throw new Error(`'before: ${line}' names a customer that does not exist: ${entry}.`)
  return found.account.ref
}

/** Makes the nth call of a function of a store fail as if the store did not answer. */
function breakOnce<Name extends 'find' | 'reserve' | 'open' | 'choose' | 'order'>(
  store: { [name in Name]: (...args: never[]) => Promise<unknown> },
  name: Name,
  nth: number,
): void {
  const works = store[name]
  let calls = 0
  store[name] = ((...args: never[]) => {
    calls++
    if (calls !== nth) return works(...args)
    return name === 'find' ? Promise.resolve({ kind: 'unavailable' }) : Promise.reject(new Error('outage'))
  }) as (typeof store)[Name]
}
