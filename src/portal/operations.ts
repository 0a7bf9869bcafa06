/** The operations of the portal API. Its routes, its description and its tests are made of this table; what is not in it does not answer. */
import { z } from 'zod'
import type { PortalBudget } from '../auth/portal-limits.ts'
import { callCode, callCodeRefusals } from '../context/account-acts.ts'
import { changed, erasureTaken, logIns, newPin, ownData, pinOrder, portalState, pukOrder, shownPin } from './forms.ts'

/** Why an act was not done, in words for those who build a portal; customers are told by it, in its own. */
export type Refusals = Readonly<Record<string, { status: number; says: string }>>

export interface PortalOperation {
  method: 'get' | 'put' | 'post'
  /** As express writes it. */
  path: string
  /** Whether it may change something, or shows what the token is not to show twice: then it spends the token. */
  changes: boolean
  /** From which budget of the account an act is spent, instead of that of changes. */
  budget?: PortalBudget
  /** Whether only the process with the private key answers it. */
  looksUp?: true
  summary: string
  /** Of the body; null: none is read. */
  input: z.ZodType | null
  output: z.ZodType
  /** By code. */
  refusals: Refusals
}

const nothing = z.strictObject({})

/** Why no PIN is set, whatever it is. */
const notChosen = {
  ended: { status: 409, says: 'No contract runs any more.' },
  not_accepted: { status: 409, says: 'The brand takes no PIN.' },
  operator_locked: { status: 409, says: 'The operator has locked it, and nobody else lifts that.' },
} as const satisfies Refusals
const hard = {
  hard_locked: {
    status: 409,
    says: 'Wrong tries have locked it until there is a new one: a random one, or one by post.',
  },
} as const satisfies Refusals

export const portalOperations = {
  getPortalState: {
    method: 'get',
    path: '/portal/v1/state',
    changes: false,
    summary: 'What there is to prove the customer by phone, how the lock stands, and what may be offered',
    input: null,
    output: portalState,
    refusals: {},
  },
  choosePin: {
    method: 'put',
    path: '/portal/v1/pin',
    changes: true,
    summary:
      'Sets the PIN that the customer has chosen; the one before is dead at once. Tries stay counted and a lock stays',
    input: pinOrder,
    output: nothing,
    refusals: {
      ...notChosen,
      ...hard,
      not_taken: { status: 422, says: 'The policy of the brand, or one of the last three, is against it.' },
    },
  },
  renewPin: {
    method: 'post',
    path: '/portal/v1/pin/new',
    changes: true,
    summary:
      'Sets a random PIN and shows it this once. It ends locks by wrong tries, also the hard one, and tries begin again',
    input: null,
    output: newPin,
    refusals: notChosen,
  },
  undoPin: {
    method: 'post',
    path: '/portal/v1/pin/undo',
    changes: true,
    summary:
      'Ends the PIN that was set by phone within 72 hours: a random one takes its place, and is shown this once. The one before was keyed by who changed it, and does not come back',
    input: null,
    output: newPin,
    refusals: {
      ...notChosen,
      ...hard,
      nothing_to_undo: { status: 409, says: 'No PIN was set by phone within 72 hours.' },
    },
  },
  lookUpPin: {
    method: 'post',
    path: '/portal/v1/reveal',
    changes: true,
    budget: 'look_up',
    looksUp: true,
    summary:
      'Shows the PIN in force, where the log-in had the second factor that the brand asks for this; the customer is told',
    input: null,
    output: shownPin,
    refusals: {
      ...notChosen,
      ...hard,
      no_copy: { status: 409, says: 'There is no copy of this PIN that can be opened: a new one will have one.' },
    },
  },
  makeCallCode: {
    method: 'post',
    path: '/portal/v1/call-code',
    changes: true,
    summary: 'Makes a code that lets one call in without number and PIN; one that was made before is dead at once',
    input: null,
    output: callCode,
    refusals: {
      not_taken: { status: 409, says: callCodeRefusals.not_taken },
      locked: { status: 409, says: callCodeRefusals.locked },
      ended: { status: 409, says: callCodeRefusals.ended },
    },
  },
  liftSoftLock: {
    method: 'post',
    path: '/portal/v1/unlock',
    changes: true,
    summary:
      'Lifts a lock by wrong tries that would end by itself; they stay counted, so the next lock comes as early as without it',
    input: null,
    output: nothing,
    refusals: {
      not_locked: { status: 409, says: 'Nothing is locked.' },
      needs_new_pin: { status: 409, says: 'Wrong tries have locked it until there is a new PIN.' },
      operator_locked: { status: 409, says: 'The operator has locked it, and nobody else lifts that.' },
    },
  },
  switchPuk: {
    method: 'put',
    path: '/portal/v1/sims/:id',
    changes: true,
    summary: 'Whether the PUK of a SIM proves anything by phone from now on',
    input: pukOrder,
    output: changed,
    refusals: { no_puk: { status: 404, says: 'The customer has no such SIM, or it has no PUK here.' } },
  },
  listLogIns: {
    method: 'get',
    path: '/portal/v1/calls',
    changes: false,
    summary: 'Who gave a PIN, a PUK or a call code for this customer within 90 days, and whether it was right',
    input: null,
    output: logIns,
    refusals: {},
  },
  getOwnData: {
    method: 'get',
    path: '/portal/v1/data',
    changes: false,
    summary: 'What is kept of the customer here; each reading is recorded',
    input: null,
    output: ownData,
    refusals: {},
  },
  askForErasure: {
    method: 'post',
    path: '/portal/v1/erasure',
    changes: true,
    summary: 'Asks for everything to be erased, once no contract runs any more and after the days that the brand names',
    input: null,
    output: erasureTaken,
    refusals: { hindered: { status: 409, says: 'Something keeps it from being erased; the detail says what.' } },
  },
} as const satisfies Record<string, PortalOperation>

export type PortalOperationName = keyof typeof portalOperations

/** Of a PIN that is not taken. `suggestion` goes to the customer and into no log. */
export interface NotTaken {
  fault: string
  text?: string
  suggestion: string
}

/** What an act answers: what passes its `output`, or why not. `detail`: instead of what the table says. */
export type PortalAnswer =
  | { answer: unknown }
  | { refused: string; detail?: string; notTaken?: NotTaken }
  | 'no_customer'
