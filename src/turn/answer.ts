/** Answers a flow's questions: the only place where a flow touches the world. */
import { REST_HOURS } from '../auth/credentials.ts'
import { canonicalEntry, type IdentifierKind } from '../auth/identifiers.ts'
import { accountSubject } from '../auth/subjects.ts'
import { unknownSubject } from '../auth/verifier.ts'
import type { Call, Claim } from '../call/call.ts'
import { covers } from '../call/covers.ts'
import { type Answer, type Question, type QuestionKind, questions } from '../call/question.ts'
import type { Brand } from '../flow/brand.ts'
import type { Hours } from '../flow/hours.ts'
import { adviceOn } from '../flow/pins.ts'
import { levelReached } from '../flow/second-lock.ts'
import { topicsLeft } from '../flow/tail.ts'
import type { AccountSource, Found } from '../seams/account-source.ts'
import type { Clock } from '../seams/clock.ts'
import type { Deadline } from '../seams/deadline.ts'
import type { AgentRooms } from '../seams/floor.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { MatterBook } from '../seams/matters.ts'
import type { Notices } from '../seams/notices.ts'
import type { SpecialHoursBook } from '../seams/special-hours.ts'
import type { WaitingList } from '../seams/waiting.ts'
import { within } from '../seams/within.ts'
import { type CredentialChecks, checkCredential } from './check-credential.ts'
import { expectedMinutes } from './expected-wait.ts'
import { openingOf } from './opening-hours.ts'
import { dayBefore } from './special-hours.ts'
import { ticketNumbersOf } from './ticket-number.ts'

export interface World extends CredentialChecks {
  source: AccountSource
  rooms: AgentRooms
  notices: Notices
  calendar: HolidayCalendar
  specialHours: SpecialHoursBook
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
  by: Deadline
}

/** How each question is answered. Kinds of answers that are not in a question's row cannot be given, as no proof has tried them. */
const answers: { [Kind in QuestionKind]: Answering<Kind> } = {
  identify,

  async verify(world, { claim, credential, digits }, { call, brand, token, by }) {
    const request = { callId: call.id, token, brand: call.brand, claim, credential, digits, by }
    const result = await checkCredential(world, request)
    if (result === 'verified_weak') return { kind: 'verified', credential, advice: adviceOn(brand, call.today) }
    return result === 'verified' ? { kind: 'verified', credential, advice: null } : { kind: result }
  },

  async agent({ rooms }, { room }) {
    return { kind: (await rooms.agentWaits(room)) ? 'agent_waits' : 'agent_gone' }
  },

  async notice({ notices, clock }, { topic }, { call }) {
    const current = await notices.current(clock.now())
    const text = current.find((each) => each.brand === call.brand && each.topic === topic)?.texts[call.language]
    return text === undefined ? { kind: 'no_notice' } : { kind: 'notice', text }
  },

  async open({ calendar, specialHours, clock, log }, { topic, others, languages }, { call, brand }) {
    const now = clock.now()
    // Without what was set for today the hours of the file still hold.
    const special = await specialHours.from(dayBefore(now)).catch((err: unknown) => {
      log.error({ callId: call.id, err }, 'the special hours could not be read; those of the brand file hold')
      return []
    })
    const openingFor = (hours: Hours | undefined) => openingOf({ ...brand, hours }, special, calendar, now)
    const given = await openingFor(brand.topics.find(({ name }) => name === topic)?.hours ?? brand.hours)
    if (given.kind !== 'closed') return given
    const ofTopics = others ? brand.topics.flatMap(({ hours }) => hours ?? []) : []
    for (const hours of ofTopics) if ((await openingFor(hours)).kind === 'open') return { kind: 'some' }
    const because = Object.entries(given.because).filter(([language]) => languages.includes(language))
    return { ...given, because: Object.fromEntries(because) }
  },

  /** The limit is a soft one: callers on the way to the queue are not counted. */
  async backlog({ waiting, clock }, { queue }, { brand }) {
    if (brand.queues === undefined) return { kind: 'free' }
    const { most, long_minutes } = brand.queues
    const now = clock.now()
    const [length, pace] = await Promise.all([waiting.length(queue, now), waiting.pace(queue, now)])
    if (length >= most) return { kind: 'full' }
    const minutes = expectedMinutes(pace, length + 1)
    return minutes !== null && minutes > long_minutes ? { kind: 'long', minutes } : { kind: 'free' }
  },

  /** Nobody but a verified customer is told of a ticket, or has one opened by telephone, whatever a flow asks. */
  async ticket({ matters, clock }, _question, { call, brand }) {
    const ref = levelReached(call) === 2 ? call.claim?.ref : null
    if (!ref || call.topic === null) return { kind: 'no_ticket' }
    const matter = { brand: brand.name, ref, topic: call.topic }
    const number = await matters.open({ ...matter, newNumber: ticketNumbersOf(brand), at: clock.now() })
    return { kind: 'ticket', number }
  },
}

type Answering<Kind extends QuestionKind> = (
  world: World,
  question: Question<Kind>,
  asking: Asking,
) => Promise<Answer<Kind>>

/** What callers can do without: they are not made to wait for it for long. */
const spare: ReadonlySet<QuestionKind> = new Set(['notice', 'open', 'backlog'])

/** Never throws: where the world cannot be asked, the question's row says what is answered instead. */
export async function answer(world: World, question: Question, asking: Asking): Promise<Answer> {
  const { outage } = questions[question.kind]
  try {
    const given = (answers[question.kind] as Answering<QuestionKind>)(world, question, asking)
    return await (spare.has(question.kind) ? within(asking.by.left() / 3, given) : given)
  } catch (err) {
    world.log.error({ callId: asking.call.id, err }, outage.log)
    return { kind: outage.answer }
  }
}

async function identify(
  world: World,
  { by }: Question<'identify'>,
  { call, brand }: Asking,
): Promise<Answer<'identify'>> {
  const kinds: IdentifierKind[] = by.kind === 'own_line' ? ['phone_number'] : by.kinds
  const value =
    by.kind === 'own_line'
      ? (call.callerNumber ?? '').replace('+', '')
      : canonicalEntry(by.digits.reveal(), brand.country_code)
  const now = world.clock.now()
  const looked = await world.source.find({ brand: brand.name, value, kinds }, now)
  if (looked.kind === 'unavailable') return { kind: 'unavailable' }
  const found = looked.kind === 'found' ? looked.account : null
  const topics = (found && topicsLeft(brand, found.ended, now)) ?? undefined
  const isFresh = found !== null && by.kind === 'own_line' && rests(lineSince(found), now)
  // As if nobody had the number: neither is told.
  const account = isFresh || !covers({ topics }, call.topic) ? null : found
  const nobody = unknownSubject(world.subjectKey, brand.name, value)
  const subject = account === null ? nobody : accountSubject(brand.name, account.ref)
  const { consecutive } = await world.attempts.lockState(subject)
  const claim: Claim = {
    subject,
    ref: account?.ref ?? null,
    sims: account ? simsOf(account, now) : [],
    ...(account !== null && topics !== undefined && { topics }),
    by: by.kind,
    failuresBefore: call.claim?.subject === subject ? call.claim.failuresBefore : consecutive,
    ticket: account?.ticket ?? null,
    ticketTopic: account?.ticketTopic ?? null,
  }
  return { kind: 'identified', claim }
}

/** Whether something that is the account's since then (null: since ever) is too new to prove anything (decision C). */
function rests(since: string | null, now: Date): boolean {
  return since !== null && now.getTime() < Date.parse(since) + REST_HOURS * 3_600_000
}

/** The later of since when the number is the account's, and since when its SIM is: any of the account's, where it is not known which it has. */
function lineSince({ numberSince, keyedSim, sims }: Found): string | null {
  const cards = sims.filter(({ id }) => keyedSim === null || id === keyedSim)
  const [later] = [numberSince, ...cards.map(({ since }) => since)]
    .flatMap((since) => since ?? [])
    .sort((one, other) => Date.parse(other) - Date.parse(one))
  return later ?? null
}

/** The SIMs whose credentials count: the one keyed, that of the number keyed, else all; none of those that rest after a change. */
function simsOf(account: Found, now: Date): string[] {
  if (rests(account.numberSince, now)) return []
  const meant = account.keyedSim === null ? account.sims : account.sims.filter(({ id }) => id === account.keyedSim)
  return meant.filter(({ since }) => !rests(since, now)).map(({ id }) => id)
}
