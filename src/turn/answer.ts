/** Answers a flow's questions: the only place where a flow touches the world. */
import { credentials } from '../auth/credentials.ts'
import { canonicalEntry, type IdentifierKind } from '../auth/identifiers.ts'
import { accountSubject } from '../auth/subjects.ts'
import { unknownSubject } from '../auth/verifier.ts'
import type { Call, Claim } from '../call/call.ts'
import type { Answer, Question } from '../call/question.ts'
import type { Brand } from '../flow/brand.ts'
import type { AccountSource, Found } from '../seams/account-source.ts'
import type { Clock } from '../seams/clock.ts'
import type { AgentRooms } from '../seams/floor.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { MatterBook } from '../seams/matters.ts'
import type { Notices } from '../seams/notices.ts'
import type { WaitingList } from '../seams/waiting.ts'
import { type CredentialChecks, checkCredential } from './check-credential.ts'
import { expectedMinutes } from './expected-wait.ts'
import { openingOf } from './opening-hours.ts'
import { ticketNumbersOf } from './ticket-number.ts'

export interface World extends CredentialChecks {
  source: AccountSource
  rooms: AgentRooms
  notices: Notices
  calendar: HolidayCalendar
  waiting: Pick<WaitingList, 'length' | 'pace'>
  matters: Pick<MatterBook, 'open'>
  /** Key of the subjects under which tries on unknown numbers are counted. */
  subjectKey: Buffer
  clock: Clock
}

/** Whose question it is. `token` is the step token of the webhook that asked. */
export interface Asking {
  call: Call
  brand: Brand
  token: string
}

export async function answer(world: World, question: Question, asking: Asking): Promise<Answer> {
  switch (question.kind) {
    case 'identify':
      return identify(world, question.by, asking)
    case 'verify': {
      const { claim, credential, digits } = question
      const { token, call } = asking
      const result = await checkCredential(world, {
        callId: call.id,
        token,
        brand: call.brand,
        claim,
        credential,
        digits,
      })
      return result === 'verified' ? { kind: 'verified', credential } : { kind: result }
    }
    case 'agent':
      return agentWaits(world, question.room, asking)
    case 'notice':
      return { kind: 'notice', text: await noticeFor(world, question.topic, asking) }
    case 'open':
      return opening(world, asking)
    case 'backlog':
      return backlog(world, question.queue, asking)
    case 'ticket':
      return { kind: 'ticket', number: await ticketFor(world, asking) }
  }
}

/** Whether the time of an answer could tell something of accounts. What is the same for all callers may take its time. */
export function tellsOfAccounts({ kind }: Question): boolean {
  switch (kind) {
    case 'identify':
    case 'verify':
    case 'ticket':
      return true
    case 'agent':
    case 'notice':
    case 'open':
    case 'backlog':
      return false
  }
}

/** A calendar that cannot be read turns nobody away. */
async function opening(world: World, { call, brand }: Asking): Promise<Answer> {
  try {
    return await openingOf(brand, world.calendar, world.clock.now())
  } catch (err) {
    world.log.error({ callId: call.id, err }, 'the holidays could not be read; the brand counts as open')
    return { kind: 'open' }
  }
}

/** A store that does not answer keeps nobody waiting: then nothing is said. */
async function noticeFor(world: World, topic: string | null, { call }: Asking): Promise<string | null> {
  try {
    const notices = await world.notices.current(world.clock.now())
    const notice = notices.find((each) => each.brand === call.brand && each.topic === topic)
    return notice?.texts[call.language] ?? null
  } catch (err) {
    world.log.error({ callId: call.id, err }, 'the notices could not be read; none is spoken')
    return null
  }
}

/** The limit is a soft one: whoever is on his way to the queue is not counted. A list that cannot be read turns nobody away. */
async function backlog({ waiting, clock, log }: World, queue: string, { call, brand }: Asking): Promise<Answer> {
  if (brand.queues === undefined) return { kind: 'free' }
  const { most, long_minutes } = brand.queues
  try {
    const now = clock.now()
    const [length, pace] = await Promise.all([waiting.length(queue, now), waiting.pace(queue, now)])
    if (length >= most) return { kind: 'full' }
    const minutes = expectedMinutes(pace, length + 1)
    return minutes !== null && minutes > long_minutes ? { kind: 'long', minutes } : { kind: 'free' }
  } catch (err) {
    log.error({ callId: call.id, err }, 'how many wait could not be read; the queue counts as free')
    return { kind: 'free' }
  }
}

/** Nobody but a verified customer is told of a ticket, or has one opened by telephone, whatever a flow asks. */
async function ticketFor({ matters, clock, log }: World, { call, brand }: Asking): Promise<string | null> {
  const ref = call.assurance.level === 2 ? call.claim?.ref : null
  if (!ref || call.topic === null) return null
  try {
    const matter = { brand: brand.name, ref, topic: call.topic }
    return await matters.open({ ...matter, newNumber: ticketNumbersOf(brand), at: clock.now() })
  } catch (err) {
    log.error({ callId: call.id, err }, 'the ticket could not be had; the caller is told where to write without it')
    return null
  }
}

/** Whether the agent of this room still waits. A store that does not answer is no reason to keep the caller from him. */
async function agentWaits(world: World, room: string, { call }: Asking): Promise<Answer> {
  try {
    return { kind: (await world.rooms.agentWaits(room)) ? 'agent_waits' : 'agent_gone' }
  } catch (err) {
    world.log.error({ callId: call.id, err }, 'whether the agent still waits could not be read')
    return { kind: 'unavailable' }
  }
}

async function identify(
  world: World,
  by: Extract<Question, { kind: 'identify' }>['by'],
  { call, brand }: Asking,
): Promise<Answer> {
  const kinds: IdentifierKind[] = by.kind === 'own_line' ? ['phone_number'] : by.kinds
  const value =
    by.kind === 'own_line'
      ? (call.callerNumber ?? '').replace('+', '')
      : canonicalEntry(by.digits.reveal(), brand.country_code)
  const now = world.clock.now()
  const looked = await world.source.find({ brand: brand.name, value, kinds }, now)
  if (looked.kind === 'unavailable') return { kind: 'unavailable' }
  const account = looked.kind === 'found' ? looked.account : null
  const nobody = unknownSubject(world.subjectKey, brand.name, value)
  const subject = account === null ? nobody : accountSubject(brand.name, account.ref)
  try {
    const { consecutive } = await world.attempts.lockState(subject)
    const claim: Claim = {
      subject,
      ref: account?.ref ?? null,
      sim: account ? simOf(account, brand, now) : null,
      by: by.kind,
      failuresBefore: call.claim?.subject === subject ? call.claim.failuresBefore : consecutive,
      ticket: account?.ticket ?? null,
    }
    return { kind: 'identified', claim }
  } catch (err) {
    world.log.error({ callId: call.id, err }, 'the lock could not be read')
    return { kind: 'unavailable' }
  }
}

/**
 * The SIM whose credentials count: the one keyed, else the account's only one; none while it rests after a change, as long
 * as the one of them that rests longest.
 */
function simOf(account: Found, brand: Brand, now: Date): string | null {
  const keyed = account.sims.filter((sim) => sim.id === account.keyedSim)
  const [sim, ...others] = account.keyedSim === null ? account.sims : keyed
  if (sim === undefined || others.length > 0) return null
  const restHours = Math.max(...brand.credentials.map((kind) => credentials[kind].restHours))
  const restsUntil = sim.since === null ? 0 : Date.parse(sim.since) + restHours * 3_600_000
  return now.getTime() >= restsUntil ? sim.id : null
}
