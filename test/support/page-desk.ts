/** What the desk page shows in tests: one desk in every state. The customers are those of the demo. */
import type { AgentNow, AssignmentView, DeskView, WaitingCaller } from '../../src/floor/view.ts'

export const SECOND = 1000
const MINUTE = 60 * SECOND

export const sid = (number: number): string => `CA${number.toString(16).padStart(32, '0')}`
export const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString()

type Context = NonNullable<AssignmentView['context']>

function waitingCaller(number: number, other: Partial<WaitingCaller> = {}): WaitingCaller {
  const since = ago((12 - number) * 37 * SECOND)
  return {
    callSid: sid(number),
    brand: 'rheinnetz',
    topic: 'bill',
    language: 'de',
    level: 2,
    since,
    place: since,
    reason: 'waiting',
    ticket: null,
    offeredTo: null,
    mine: true,
    ...other,
  }
}

export function pageContext(other: Partial<Context> = {}): Context {
  return {
    version: 1,
    callSid: sid(1),
    brand: 'rheinnetz',
    language: 'de',
    topic: 'bill',
    caller: { number: '+492214710011', onFile: true },
    carried: null,
    assurance: { level: 2, method: 'pin', at: ago(3 * MINUTE) },
    outcome: 'verified',
    account: { id: 'a-1', customerNumber: '407182632', name: 'Hanna Reuter' },
    contacts: [],
    tickets: [],
    notes: [],
    incidents: [],
    elsewhere: [],
    may: [
      'general_advice',
      'report_outage',
      'take_order',
      'read_ticket',
      'read_bill',
      'read_contract',
      'change_tariff',
    ],
    mayNot: ['sim_swap', 'bank_data', 'pin_change'],
    resting: null,
    ticket: null,
    waitingSince: ago(4 * MINUTE),
    failedTriesBefore: 0,
    lockedUntil: null,
    flags: [],
    ...other,
  }
}

/** What the context carries of a customer's matters. */
export const pageMatters = {
  tickets: [
    {
      number: '7100482935',
      topic: 'outage',
      reportedAt: ago(5 * 24 * 60 * MINUTE),
      open: true,
      notes: [
        {
          at: ago(4 * 24 * 60 * MINUTE),
          agent: 'Ben Kaya',
          text: 'Techniker bestellt, Kundin wünscht Rückruf am Abend.',
        },
      ],
      reports: [{ at: ago(5 * 24 * 60 * MINUTE), channel: 'phone', text: null }],
      merged: [],
      reopened: false,
    },
  ],
  incidents: [
    {
      name: 'mail-2026-10',
      day: '2026-10-01',
      texts: {
        de: 'Eine Mail ging mit fremder Kundennummer hinaus. Das Konto wurde nicht gehackt; die richtige Nummer steht in der zweiten Mail.',
        en: "A mail went out with another customer's number. The account was not hacked; the right number is in the second mail.",
      },
    },
  ],
  contacts: [
    {
      kind: 'phone_number' as const,
      value: '+492214710011',
      source: 'Vertrag 50284716',
      validFrom: '2019-03-01T00:00:00.000Z',
      validTo: null,
      confirmed: '2024-02-10T00:00:00.000Z',
      marks: ['rest' as const],
      sent: [],
    },
  ],
}

export function pageAssignment(other: Partial<AssignmentView> = {}): AssignmentView {
  return {
    id: 'as-1',
    callSid: sid(1),
    state: 'talking',
    held: false,
    heldSince: null,
    brand: 'rheinnetz',
    queue: 'rheinnetz.bill',
    topic: 'bill',
    since: ago(95 * SECOND),
    ringUntil: null,
    wrapUpUntil: null,
    from: null,
    passing: null,
    preview: null,
    check: null,
    endedBy: null,
    context: pageContext(),
    draft: null,
    notes: [],
    keeps: 'ticket',
    letter: null,
    nameConfirmed: null,
    actions: ['hold', 'check', 'transfer', 'finish'],
    ...other,
  }
}

const noPin = (): Context =>
  pageContext({
    assurance: { level: 1, method: null, at: null },
    outcome: 'no_pin',
    account: null,
    may: ['general_advice', 'report_outage', 'take_order'],
    mayNot: ['read_bill', 'read_contract', 'change_tariff', 'change_address', 'sim_swap', 'bank_data', 'pin_change'],
    resting: null,
    failedTriesBefore: 2,
    flags: ['own_line', 'number_changed'],
  })

/** The agent's call in every state a test looks at. */
export const pageStates = {
  ringing: (): AssignmentView =>
    pageAssignment({ state: 'ringing', ringUntil: ago(-18 * SECOND), context: noPin(), actions: ['decline'] }),
  talking: (): AssignmentView =>
    pageAssignment({
      context: { ...pageContext({ flags: ['incident'] }), ...pageMatters },
      from: { agent: 'Ben Kaya', topic: 'outage', note: 'Techniker war da, Licht am Router bleibt rot.' },
    }),
  /** The customer changed the PIN yesterday. */
  rests: (): AssignmentView =>
    pageAssignment({
      context: pageContext({
        may: ['general_advice', 'report_outage', 'take_order', 'read_ticket', 'read_bill', 'read_contract'],
        mayNot: ['change_tariff', 'change_address', 'sim_swap', 'bank_data', 'pin_change'],
        resting: { actions: ['change_tariff', 'change_address'], until: ago(-48 * 60 * MINUTE) },
      }),
    }),
  held: (): AssignmentView =>
    pageAssignment({ held: true, heldSince: ago(8 * SECOND), actions: ['resume', 'transfer', 'finish'] }),
  /** A colleague's phone rings. */
  passing: (): AssignmentView =>
    pageAssignment({
      passing: { to: 'Clara Voss', since: ago(17 * SECOND), until: ago(-3 * SECOND), joined: false },
      actions: ['hold', 'check', 'fetch_back', 'leave'],
    }),
  /** The colleague has come into the talk. */
  three: (): AssignmentView =>
    pageAssignment({
      passing: { to: 'Clara Voss', since: ago(5 * SECOND), until: null, joined: true },
      actions: ['hold', 'fetch_back', 'leave'],
    }),
  /** A colleague passes a call on to this agent, whose phone rings. */
  offered: (): AssignmentView =>
    pageAssignment({
      state: 'ringing',
      topic: 'outage',
      ringUntil: ago(-18 * SECOND),
      from: { agent: 'Ben Kaya', topic: 'outage', note: 'Techniker war da, Licht am Router bleibt rot.' },
      preview: { level: 2, language: 'de' },
      context: null,
      actions: ['decline'],
    }),
  checking: (): AssignmentView =>
    pageAssignment({ state: 'checking', check: 'running', context: noPin(), actions: ['fetch_back', 'finish'] }),
  refused: (): AssignmentView => pageAssignment({ check: 'refused', context: noPin() }),
  /** The account was locked meanwhile. */
  proofLost: (): AssignmentView =>
    pageAssignment({
      context: { ...noPin(), outcome: 'refused', failedTriesBefore: 0, flags: ['proof_lost', 'locked_by_operator'] },
    }),
  wrapUp: (): AssignmentView =>
    pageAssignment({ state: 'wrap_up', wrapUpUntil: ago(-55 * SECOND), endedBy: 'caller', actions: ['wrap_up'] }),
}

export function pageDesk(other: Partial<DeskView> = {}): DeskView {
  return {
    version: 1,
    at: new Date().toISOString(),
    me: {
      name: 'anna',
      displayName: 'Anna Berg',
      role: 'agent',
      presence: 'available',
      awayBecause: null,
      phone: 'client:anna',
      brands: ['rheinnetz', 'sternmobil'],
      topics: ['bill', 'outage', 'general'],
      languages: ['de', 'en'],
    },
    networkSilentSince: null,
    waiting: {
      total: 4,
      mine: 3,
      callers: [
        waitingCaller(2, { reason: 'ticket', ticket: '7100482935', place: ago(5 * 24 * 60 * MINUTE), topic: 'outage' }),
        waitingCaller(3, { reason: 'returned', level: 1, offeredTo: 'Ben Kaya' }),
        waitingCaller(4, { brand: 'sternmobil', level: 0, topic: null, language: 'en' }),
        waitingCaller(5, { brand: 'kassemobil', topic: 'sim_lost', level: 0, mine: false }),
      ],
    },
    assignment: null,
    missed: null,
    colleagues: [
      { name: 'ben', displayName: 'Ben Kaya', state: 'busy', sees: null },
      { name: 'clara', displayName: 'Clara Voss', state: 'free', sees: null },
    ],
    queues: [
      { queue: 'rheinnetz.general', topic: null, needs: 0 },
      { queue: 'rheinnetz.outage', topic: 'outage', needs: 0 },
      { queue: 'rheinnetz.bill', topic: 'bill', needs: 2 },
    ],
    supervision: null,
    figures: null,
    ...other,
  }
}

/** Who is at work, and the queues: one of them needs somebody. */
export function pageSupervision(): NonNullable<DeskView['supervision']> {
  const skills = { role: 'agent' as const, brands: ['rheinnetz'], topics: ['bill', 'outage', 'general'] }
  const agent = (name: string, displayName: string, state: AgentNow['state']): AgentNow => {
    return { name, displayName, state, awayBecause: null, languages: ['de', 'en'], ...skills }
  }
  const quiet = { waiting: 0, longestSince: null, agents: 3, free: 2, threshold: { waiting: 5, minutes: 3 } }
  return {
    agents: [
      agent('ben', 'Ben Kaya', 'talking'),
      agent('clara', 'Clara Voss', 'available'),
      { ...agent('dora', 'Dora Lind', 'away'), awayBecause: 'no_answer' },
      agent('emil', 'Emil Horn', 'ringing'),
      agent('fee', 'Fee Sander', 'wrap_up'),
    ],
    queues: [
      { ...quiet, queue: 'rheinnetz.bill', waiting: 2, longestSince: ago(4 * MINUTE) },
      { ...quiet, queue: 'rheinnetz.outage', waiting: 1, longestSince: ago(20 * SECOND) },
      { ...quiet, queue: 'sternmobil.general', agents: 0, free: 0 },
    ],
  }
}

/** A supervisor's day. */
export function pageFigures(): NonNullable<DeskView['figures']> {
  const day = { medianWait: 74, longestWait: 412 }
  return {
    queues: [
      { queue: 'rheinnetz.bill', taken: 61, abandoned: 7, ...day },
      { queue: 'rheinnetz.outage', taken: 34, abandoned: 3, ...day },
      {
        queue: 'sternmobil.general',
        taken: 0,
        abandoned: 0,
        medianWait: null,
        longestWait: null,
      },
    ],
    brands: [
      {
        brand: 'rheinnetz',
        calls: 148,
        handedOff: 121,
        needed: 100,
        verified: 83,
        checks: 9,
        checksPassed: 7,
        turnedAway: 4,
        outOfHours: 23,
        unserved: 3,
        outcomes: { verified: 83, no_pin: 17, refused: 6, silent: 3, unavailable: 0, not_needed: 12 },
        locks: 2,
      },
      {
        brand: 'sternmobil',
        calls: 40,
        handedOff: 31,
        needed: 28,
        verified: 22,
        checks: 0,
        checksPassed: 0,
        turnedAway: 0,
        outOfHours: 0,
        unserved: 0,
        outcomes: { verified: 22, no_pin: 5, refused: 1, silent: 0, unavailable: 0, not_needed: 3 },
        locks: 0,
      },
    ],
  }
}
