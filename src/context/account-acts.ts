/** What an operator may do to one account: the forms of what is asked and answered, and what is said of it, for every door. */
import { z } from 'zod'
import { credentialKinds } from '../auth/credentials.ts'
import { identifierKinds } from '../auth/identifiers.ts'
import { reason } from '../flow/reason.ts'
import type { AccountState, Unlocked } from '../seams/account-book.ts'
import type { CallCodeRefusal } from '../seams/call-codes.ts'
import { hindrances } from '../seams/hindrances.ts'
import { channels } from '../seams/outbox.ts'

export const told = z.iso.datetime()
export const customerNumber = z.string('it is needed, as text').regex(/^[0-9]{1,32}$/, 'it is digits')

/** Whose account, and why. */
export const accountOrder = z.strictObject({ brand: z.string().min(1).max(64), customerNumber, reason })

/** Nothing of a customer began before, and a later year is a slip of a key. The store keeps both. */
const FIRST_YEAR = 1970
const LAST_YEAR = 2199

/** From when on something is so. */
export const moment = z.iso
  .datetime({ offset: true, abort: true, error: 'it is written as 2026-11-30T00:00:00+01:00' })
  .refine((written) => FIRST_YEAR <= Number(written.slice(0, 4)) && Number(written.slice(0, 4)) <= LAST_YEAR, {
    params: { rule: 'year' },
    error: `it has a year from ${FIRST_YEAR} to ${LAST_YEAR}`,
  })
  .meta({ description: 'From when on it is so, with its offset to UTC.' })

/** Left out: now. */
export const at = moment.optional().meta({ description: 'From when on, with its offset to UTC. Left out: now.' })

export const endOrder = accountOrder.extend({ at })

const counted = z.int().min(0)

export const accountState = z
  .strictObject({
    brand: z.string(),
    customerNumber: z.string(),
    language: z.string(),
    lock: z.strictObject({
      byOperator: told.nullable().meta({ description: 'Since when an operator has locked it.' }),
      until: told.nullable().meta({ description: 'Until when wrong tries lock it.' }),
      needsNewPin: z.boolean().meta({ description: 'Wrong tries have locked it until there is a new PIN.' }),
      trustedLineOnly: z.boolean().meta({
        description:
          'Wrong tries from elsewhere have locked it for all but a trusted line, until there is a new PIN or a right one from there.',
      }),
      wrongInARow: counted,
      wrongInAYear: counted,
      ofSims: z.array(z.strictObject({ wrongInARow: counted, isDead: z.boolean() })),
    }),
    credentials: z.array(
      z.strictObject({
        kind: z.enum(credentialKinds),
        set: told,
        cleared: told.nullable().meta({ description: 'Since when it is worth nothing.' }),
      }),
    ),
    ended: told.nullable().meta({ description: 'From when on there is no contract any more.' }),
    contracts: z.array(
      z.strictObject({
        number: z.string(),
        product: z.string().nullable(),
        from: told.nullable(),
        to: told.nullable(),
      }),
    ),
    identifiers: z.array(
      z.strictObject({
        kind: z.enum(identifierKinds),
        value: z.string(),
        from: told.nullable().meta({ description: 'Null: always theirs.' }),
        to: told.nullable().meta({ description: 'Null: still theirs.' }),
        disputed: told
          .nullable()
          .meta({ description: 'Since when another customer claims it, too: it identifies nobody.' }),
      }),
    ),
    openTickets: z.array(z.strictObject({ number: z.string(), topic: z.string(), reportedAt: told })),
    erasure: z
      .strictObject({
        requested: told,
        due: told.meta({ description: 'From when on it is erased, where nothing keeps it from that.' }),
        hindered: z.array(z.enum(hindrances)).meta({ description: 'What would keep it from being erased now.' }),
      })
      .nullable()
      .meta({ description: 'Null: nobody has asked for it.' }),
    messages: z
      .array(
        z.strictObject({
          about: z.string(),
          at: told,
          state: z.enum(['waiting', 'sent', 'dropped']),
          done: told.nullable(),
          reason: z.string().nullable().meta({ description: 'Why it was not sent.' }),
          channel: z.enum(channels).nullable(),
          source: z.string().nullable().meta({ description: 'The contract or customer that the contact belonged to.' }),
        }),
      )
      .meta({ description: 'What the customer was to be told without asking, newest first.' }),
  } satisfies { [Field in keyof AccountState]: z.ZodType })
  .meta({ id: 'AccountState', description: 'Without secrets, names and addresses.' })

export const codeOrder = z.strictObject({
  reason,
  send: z.boolean().optional().meta({
    description: 'Whether it is sent to a contact of the customer and told to nobody else. Left out: it is told here.',
  }),
})

export const codeSends = z.strictObject({
  sends: z.literal(true).meta({ description: 'The messages of the account say what became of it.' }),
})

export const callCode = z.strictObject({
  code: z.string().meta({ description: 'Its digits, told this once: show them to the customer alone.' }),
  expires: told.meta({ description: 'Until when it can be keyed. It is used up by the first call that keys it.' }),
})

export const callCodeRefusals: Record<CallCodeRefusal | 'lately', string> = {
  lately: 'One was sent, or is about to be, within the time that a code holds.',
  not_taken: 'This brand takes no call codes: its file lacks call_codes: true.',
  locked: 'The account is locked until it has a new PIN, or an operator unlocks it.',
  ended: 'The customer has no contract any more.',
}

export const erasureAsked = z.union([
  z.strictObject({ due: told, changed: z.boolean().meta({ description: 'False: it was asked for before.' }) }),
  z.strictObject({ hindered: z.array(z.enum(hindrances)).min(1) }),
])

export const unlocked = z.strictObject({
  lifted: z.boolean(),
  remains: z
    .discriminatedUnion('why', [
      z.strictObject({ why: z.enum(['needs_new_pin', 'trusted_line_only']) }),
      z.strictObject({ why: z.literal('temporary'), until: told }),
    ])
    .nullable(),
})

/** What still locks an account, or why nothing was lifted, with what to do. */
export function lockSentence({ lifted, remains }: Unlocked): string {
  switch (remains?.why) {
    case 'needs_new_pin':
      return 'Wrong tries have locked it until there is a new PIN. Issue one by post: rufpass pins issue --number … --again; or import the customer with it and --replace-pins.'
    case 'trusted_line_only':
      return 'Wrong tries from elsewhere have locked it for all lines but a trusted one of the customer. A right PIN from there ends that, and so does a new PIN: rufpass pins issue --number … --again.'
    case 'temporary':
      return `Wrong tries lock it until ${remains.until}. That ends by itself, and nobody lifts it before.`
    default:
      return lifted ? 'Nothing else locks it.' : 'No lock of an operator was there to be lifted.'
  }
}
