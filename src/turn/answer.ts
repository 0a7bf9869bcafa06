/** Answers a flow's questions: the only place where a flow touches the world. */
import { type CredentialKind, issuedKind } from '../auth/credentials.ts'
import type { IdentifierKind } from '../auth/identifiers.ts'
import type { Call } from '../call/call.ts'
import { type Answer, type Question, type QuestionKind, questions } from '../call/question.ts'
import type { Brand } from '../flow/brand.ts'
import type { Hours } from '../flow/hours.ts'
import { adviceOn } from '../flow/pins.ts'
import { levelReached, ordersLetters } from '../flow/second-lock.ts'
import type { Clock } from '../seams/clock.ts'
import type { Deadline } from '../seams/deadline.ts'
import type { AgentRooms } from '../seams/floor.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { LetterOrders } from '../seams/letter-orders.ts'
import type { MatterBook } from '../seams/matters.ts'
import type { Notices } from '../seams/notices.ts'
import type { SpecialHoursBook } from '../seams/special-hours.ts'
import type { WaitingList } from '../seams/waiting.ts'
import { within } from '../seams/within.ts'
import { type Admitting, admit, giveBack, isLeftOfAll, lineOf } from './admit.ts'
import { letIn } from './calls-at-once.ts'
import { type CheckResult, type CredentialChecks, checkCredential } from './check-credential.ts'
import { expectedMinutes } from './expected-wait.ts'
import { claimOf, type Identifying } from './identify.ts'
import { hashEntry, type NewSecrets, setSecret } from './new-secret.ts'
import { openingOf } from './opening-hours.ts'
import { type RedeemingCodes, redeemed } from './redeem-code.ts'
import { dayBefore } from './special-hours.ts'
import type { Sprayed } from './sprays.ts'
import { ticketNumbersOf } from './ticket-number.ts'

export interface World extends Admitting, CredentialChecks, Identifying, NewSecrets, Pick<RedeemingCodes, 'callCodes'> {
  rooms: AgentRooms
  notices: Notices
  calendar: HolidayCalendar
  specialHours: SpecialHoursBook
  waiting: Pick<WaitingList, 'length' | 'pace'>
  matters: Pick<MatterBook, 'open'>
  letterOrders: Pick<LetterOrders, 'orderByKey'>
  sprays: Sprayed
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
  async identify(world, { by }, { call, brand, token, by: deadline }) {
    if (by.kind === 'call_code') {
      const claim = await redeemed(world, brand.name, by.digits, { callId: call.id })
      if (claim === null) return { kind: 'not_redeemed' }
      await giveBack(world, { call, brand, claim: null, token, by: deadline }, claim.subject)
      return { kind: 'redeemed', claim }
    }
    const line = (call.callerNumber ?? '').replace('+', '')
    const entry = by.kind === 'own_line' ? line : by.digits.reveal()
    const kinds: IdentifierKind[] = by.kind === 'own_line' ? ['phone_number'] : by.kinds
    const claim = await claimOf(world, { brand, by: by.kind, entry, kinds, topic: call.topic })
    if (claim === null) return { kind: 'unavailable' }
    const isSame = call.claim?.subject === claim.subject
    return { kind: 'identified', claim: isSame ? { ...claim, failuresBefore: call.claim?.failuresBefore ?? 0 } : claim }
  },

  async admit(world, { claim, digits }, { call, brand, token, by }) {
    const isAdmitted = await admit(world, { call, brand, claim, token, by })
    // A code is no secret of an account.
    const isLast = claim !== null && world.sprays.hasOneTry(brand)
    return isAdmitted ? { kind: 'admitted', digits, isLast } : { kind: 'over_limit' }
  },

  async verify(world, { claim, credential, digits }, { call, brand, token, by }) {
    const ofLine = { call, brand, claim, token, by }
    const line = lineOf(call)
    const request = { callId: call.id, actor: 'caller', token, brand, claim, credential, digits, line, by }
    const result = await checkCredential(world, { ...request, isLeft: () => isLeftOfAll(world, ofLine) })
    // Of a delivery that came again the first one says what came of it.
    if (result !== 'failed' && result !== 'unchecked')
      await giveBack(world, ofLine, result === 'unavailable' ? null : claim.subject)
    return toldOf(result, { brand, credential, today: call.today })
  },

  hash_entry: (world, { claim, credential, digits }, { call, brand, by }) =>
    hashEntry(world, { brand, call, claim, credential, digits, by }),
  set_secret: (world, { claim, credential, digits, entry }, { call, brand, by }) =>
    setSecret(world, { brand, call, claim, credential, digits, entry, by }),

  /** For the number keyed last and no other, whatever a flow asks. What came of it goes no further. */
  async order_letter({ letterOrders, log }, { claim }, { call, brand }) {
    const isTheirs = call.claim?.subject === claim.subject && call.claim.ref === claim.ref
    if (!isTheirs || !ordersLetters(brand, 'callers')) throw new Error('a letter is ordered that is not for this call')
    const most = brand.pins.letters_a_day
    const done = await letterOrders.orderByKey({ brand: brand.name, ref: claim.ref }, { callId: call.id, most })
    if (done === 'taken') return { kind: 'taken' }
    // Agents still order them. Whose number it is, makes no difference to this.
    log.warn(
      { callId: call.id, brand: brand.name, count: most },
      'callers have ordered as many letters as may be in a day',
    )
    return { kind: 'unavailable' }
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

  /** The limit of a queue is a soft one: callers on the way to it are not counted. Those of one line are, by what is on at once. */
  async backlog(world, { queue }, { call, brand, by }) {
    const { waiting, clock } = world
    if (brand.queues === undefined) return { kind: 'free' }
    if (!(await letIn(world, { call, brand, by }))) return { kind: 'full' }
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

interface Checked {
  brand: Brand
  credential: CredentialKind
  today: string
}

function toldOf(result: CheckResult, { brand, credential, today }: Checked): Answer<'verify'> {
  switch (result) {
    case 'verified':
      return { kind: 'verified', credential, advice: null }
    case 'verified_weak':
      return { kind: 'verified', credential, advice: adviceOn(brand, today) }
    case 'replace_only':
      // Where the brand has such codes no more, those that are out are worth nothing.
      return brand.pins.first_use && credential === issuedKind
        ? { kind: 'replace_only', credential }
        : { kind: 'failed' }
    case 'failed':
    case 'unchecked':
    case 'unavailable':
      return { kind: result }
  }
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
