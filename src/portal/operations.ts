/** The operations of the portal API. Its routes, its description and its tests are made of this table; what is not in it does not answer. */
import { z } from 'zod'
import { changed, erasureTaken, logIns, ownData, portalState, pukOrder } from './forms.ts'

/** Why an act was not done, in words for those who build a portal; customers are told by it, in its own. */
export type Refusals = Readonly<Record<string, { status: number; says: string }>>

export interface PortalOperation {
  method: 'get' | 'put' | 'post'
  /** As express writes it. */
  path: string
  /** Whether it may change something: then it spends the token. */
  changes: boolean
  summary: string
  /** Of the body; null: none is read. */
  input: z.ZodType | null
  output: z.ZodType
  /** By code. */
  refusals: Refusals
}

const nothing = z.strictObject({})

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

/** What an act answers: what passes its `output`, or why not. `detail`: instead of what the table says. */
export type PortalAnswer = { answer: unknown } | { refused: string; detail?: string } | 'no_customer'
