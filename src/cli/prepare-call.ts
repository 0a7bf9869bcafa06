import { randomUUID } from 'node:crypto'
import { softLocks } from '../auth/lockout.ts'
import { accountSubject } from '../auth/subjects.ts'
import type { Brand } from '../flow/brand.ts'
import type { Clock } from '../seams/clock.ts'
import { deadlineIn } from '../seams/deadline.ts'
import { DEADLINE_MS } from '../seams/patience.ts'
import type { Deps } from '../server/deps.ts'
import { insertTicket } from '../store/tickets.ts'
import { linesOf } from '../turn/admit.ts'
import { isEntryOwner } from '../turn/new-secret.ts'
import { setSpecialHours } from '../turn/special-hours.ts'
import { isNotUnderstood } from '../turn/understood.ts'
import { endCustomer, fail, makeCallCode, refOf } from './prepare-account.ts'
import { addCustomer } from './prepare-customer.ts'
import { unknown } from './prepare-forms.ts'
import { addAgent, arrive, moveQueue } from './prepare-queue.ts'

/** Instead of a telephone number: those that are withheld. */
export const WITHHELD = 'withheld'

/** Instead of a topic: the notice is for all callers of the brand. */
export const EVERYBODY = 'all'

/**
 * Brings about what a `before:` line of a transcript says:
 * `locked BRAND NUMBER` (three wrong tries were made) and `failed BRAND NUMBER TRIES`; `line BRAND FROM TRIES` (so many secrets were tried in vain
 * from that telephone number, or from withheld ones); `spray BRAND N` (from the Nth secret of the call on, many accounts of that brand
 * are being guessed at); `customer BRAND COLUMN=VALUE …` (a
 * customer of that brand, with columns of a customer file: `customer_number=4711 pin=1234`, and `first_use=yes` where that PIN is a code for first use); `ended BRAND NUMBER` (the last contract of that customer
 * ended a day ago); `code BRAND NUMBER CODE` (that customer has just got this call code); `ticket BRAND NUMBER TOPIC
 * TICKET` (the customer of that number has an open ticket on the topic); `merged BRAND NUMBER TICKET INTO` (the first ticket was
 * merged into the other, which is open); `waiting QUEUE CALLERS` (so many are in the
 * queue already and hang up in time) and `waiting QUEUE CALLERS MINUTES` (and one is taken every so many minutes);
 * `agent QUEUE …` (somebody who takes these queues, all of one brand, is at work with another call);
 * `outage lookup N`, `outage check N`, `outage line N`, `outage ticket N`, `outage entry N`, `outage change N` and `outage letter N` (the customers, the tries, those by line, the tickets, what hashes
 * a new PIN, the PINs to be changed, or the letters cannot be reached when the call needs them for the Nth time, and then again);
 * `meanwhile locked N` and `meanwhile changed N` (just before the call sets a PIN for the Nth time, the account is locked for good by tries, or
 * the PIN is changed by telephone, in another call); `notice BRAND TOPIC TEXT …` (callers about
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
  if (what === 'line') return tryFromLine(deps, line)
  const times = Number(what === 'locked' ? softLocks[0].after : what === 'failed' ? third : second)
  if (!Number.isInteger(times)) throw unknown(line)
  switch (what) {
    case 'spray':
      return guessAtMany(deps, line)
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
      if (first === 'line') return breakOnce(deps.live.limits, 'spend', times)
      if (first === 'ticket') return breakOnce(deps.matters, 'open', times)
      if (first === 'entry') return breakOnce(deps.verifier, 'make', times, (_secret, owner) => isEntryOwner(owner))
      if (first === 'change') return breakOnce(deps.pinChoice, 'chooseByPhone', times)
      if (first === 'letter') return breakOnce(deps.letterOrders, 'orderByKey', times)
      break
    case 'meanwhile':
      return meanwhile(deps, { line, what: first, nth: times })
  }
  throw unknown(line)
}

/** Another call comes between the proof and the change. */
function meanwhile({ pinChoice, database: { db } }: Deps, of: { line: string; what: string; nth: number }): void {
  if (of.what !== 'locked' && of.what !== 'changed') throw unknown(of.line)
  const works = pinChoice.chooseByPhone
  let calls = 0
  pinChoice.chooseByPhone = async (...args) => {
    const [{ brand, ref }, credential] = args
    if (++calls === of.nth && of.what === 'locked')
      await db
        .updateTable('pin_state')
        .set({ hard_locked: true })
        .where('subject', '=', accountSubject(brand, ref))
        .executeTakeFirstOrThrow()
    if (calls === of.nth && of.what === 'changed')
      await db
        .updateTable('verifier')
        .set({ chosen_by: 'phone', set_at: new Date() })
        .where('brand', '=', brand)
        .where('ref', '=', ref)
        .where('credential', '=', credential)
        .execute()
    return works(...args)
  }
}

/** Answers wait no longer for it: what callers hear is the same. */
function guessAtMany({ hotlines, sprays }: Deps, line: string): void {
  const [, brandName = '', nth = ''] = line.trim().split(/\s+/)
  if (!hotlines.byBrand.has(brandName) || !/^[1-9]$/.test(nth)) throw unknown(line)
  const works = sprays.hasOneTry
  let asked = 0
  sprays.hasOneTry = (brand) => (brand.name === brandName && ++asked >= Number(nth) ? true : works(brand))
}

/** All on one number, which is nobody's. */
async function tryFromLine({ hotlines, live, keys }: Deps, line: string): Promise<void> {
  const [, brandName = '', from = '', times = ''] = line.trim().split(/\s+/)
  const brand = hotlines.byBrand.get(brandName)?.brand
  const isMeant = (from === WITHHELD || /^\+[0-9]+$/.test(from)) && /^[1-9][0-9]*$/.test(times)
  if (!brand || !isMeant) throw unknown(line)
  const layers = linesOf(keys.subject, brand, from === WITHHELD ? null : from)
  for (let made = 0; made < Number(times); made++) {
    const attempt = { brand: brandName, token: randomUUID(), account: 'before', layers, ofAll: null }
    const { full } = await live.limits.spend(attempt, deadlineIn(DEADLINE_MS.usual))
    if (full !== null) throw new Error(`'before: ${line}' asks for more tries than the limits of a line allow.`)
  }
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

/**
 * Makes the nth call of a function of a part fail as if the part did not answer.
 * @param counts which calls are counted; left out: all.
 */
function breakOnce<Name extends string, Args extends never[]>(
  part: { [name in Name]: (...args: Args) => Promise<unknown> },
  name: Name,
  nth: number,
  counts: (...args: Args) => boolean = () => true,
): void {
  const works = part[name]
  let calls = 0
  part[name] = ((...args: Args) => {
    if (!counts(...args) || ++calls !== nth) return works(...args)
    return name === 'find' ? Promise.resolve({ kind: 'unavailable' }) : Promise.reject(new Error('outage'))
  }) as (typeof part)[Name]
}
