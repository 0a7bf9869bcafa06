/** Operations on accounts: rows of the table in `operations.ts`. */
import { z } from 'zod'
import { accountOrder, accountState, callCode, endOrder, erasureAsked, unlocked } from '../context/account-acts.ts'
import { reason } from '../flow/reason.ts'
import { auditKinds } from '../seams/account-audit.ts'
import { nothing, row } from './operation.ts'

const moment = z.iso.datetime()

const retentionRun = z.strictObject({
  began: moment,
  ended: moment.nullable(),
  counts: z.array(z.strictObject({ table: z.string(), removed: z.int() })),
})

export const accountOperations = {
  showAccount: row(
    'The state of an account, without secrets, names and addresses; null here and below: there is no such customer',
    accountOrder,
    z.strictObject({ account: accountState.nullable() }),
  ),
  lockAccount: row(
    'Locks an account until it is unlocked; not changed: it was locked already',
    accountOrder,
    z.strictObject({ changed: z.boolean().nullable() }),
  ),
  unlockAccount: row(
    "Lifts an operator's lock and no other",
    accountOrder,
    z.strictObject({ unlocked: unlocked.nullable() }),
  ),
  clearPins: row(
    'Makes all PINs and PUKs of an account worth nothing',
    accountOrder,
    z.strictObject({ cleared: z.int().nullable() }),
  ),
  endAccount: row(
    'Ends all contracts of an account; not changed: they had ended by then',
    endOrder,
    z.strictObject({ changed: z.boolean().nullable() }),
  ),
  makeCallCode: row(
    'Makes a call code, told this once',
    accountOrder,
    z.strictObject({
      made: z.union([callCode, z.strictObject({ refused: z.enum(['not_taken', 'locked', 'ended']) })]).nullable(),
    }),
  ),
  eraseAccount: row(
    'Asks for an account to be erased after a time; or what keeps it from that',
    accountOrder,
    z.strictObject({ asked: erasureAsked.nullable() }),
  ),
  keepAccount: row(
    'Takes that back; not changed: nobody had asked',
    accountOrder,
    z.strictObject({ changed: z.boolean().nullable() }),
  ),
  eraseDue: row(
    'Erases the accounts that are due, as the server does every hour',
    nothing,
    z.strictObject({ erased: z.int(), held: z.int() }),
  ),
  auditAccounts: row(
    'What outlived its contract, and which numbers changed hands, are disputed, or rest',
    z.strictObject({ most: z.int().min(0).max(999_999) }),
    z.strictObject({
      findings: z.array(
        z.strictObject({
          kind: z.enum(auditKinds),
          count: z.int(),
          rows: z.array(
            z.strictObject({
              brand: z.string(),
              customerNumber: z.string(),
              what: z.string(),
              since: moment.nullable(),
            }),
          ),
        }),
      ),
    }),
  ),
  lastAudit: row(
    'What the last daily check has counted; null: there was none yet',
    nothing,
    z.strictObject({
      run: z
        .strictObject({
          began: moment,
          ended: moment,
          counts: z.array(z.strictObject({ brand: z.string(), kind: z.enum(auditKinds), count: z.int() })),
        })
        .nullable(),
    }),
  ),
  retentionStatus: row(
    'For how many days each table keeps its rows, and how many go next',
    nothing,
    z.strictObject({
      tables: z.array(
        z.strictObject({
          table: z.string(),
          days: z.int().nullable(),
          rows: z.number(),
          bytes: z.number(),
          oldest: moment.nullable(),
          due: z.int(),
        }),
      ),
      last: retentionRun.nullable(),
    }),
  ),
  runRetention: row(
    'Takes away what is older than it may be; null: another is at it; `ended` null: it goes on',
    nothing,
    z.strictObject({ run: retentionRun.nullable() }),
  ),
  tellEvents: row(
    'Tells what happened to accounts between two files; each is taken or refused by itself',
    z.strictObject({ reason, events: z.array(z.record(z.string(), z.json())).max(1_000) }),
    z.strictObject({
      results: z.array(
        z.union([
          z.strictObject({ changed: z.boolean() }),
          z.strictObject({
            errors: z.array(z.strictObject({ field: z.string(), rule: z.string(), remedy: z.string() })),
          }),
        ]),
      ),
    }),
  ),
} as const
