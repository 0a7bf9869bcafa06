/**
 * What the agent sees of a call: one shape for the API, the desk and the queue. Strict, and every text has a form, so
 * that a field nobody thought of, let alone a digit of a credential, cannot ride along.
 */
import { z } from 'zod'
import { credentialKinds } from '../auth/credentials.ts'
import { outcomes } from '../call/call.ts'

/** Twilio's name of a call. https://www.twilio.com/docs/glossary/what-is-a-sid */
export const callSid = z
  .string()
  .regex(/^CA[0-9a-f]{32}$/)
  .meta({ description: "Twilio's CallSid", example: `CA${'0123456789abcdef'.repeat(2)}` })

/** A name out of a flow or brand file. */
const word = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/)
const moment = z.iso.datetime().meta({ description: 'ISO 8601, UTC', example: '2026-11-22T18:00:00.000Z' })

export const callContext = z
  .strictObject({
    version: z.literal(1),
    callSid,
    brand: word,
    language: z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/),
    topic: word.nullable(),
    caller: z.strictObject({
      number: z
        .string()
        .regex(/^\+[1-9][0-9]{1,14}$/)
        .nullable()
        .meta({ description: 'E.164; null when withheld. Anyone can forge it: it proves nothing.' }),
      onFile: z
        .boolean()
        .meta({ description: 'Whether an account of this brand has the number now. No proof either.' }),
    }),
    assurance: z
      .strictObject({
        level: z.union([z.literal(0), z.literal(1), z.literal(2)]),
        method: z.enum(credentialKinds).nullable(),
        at: moment.nullable(),
      })
      .meta({ description: '0 unknown, 1 identified (claims an account that exists), 2 verified (proved it)' }),
    outcome: z.enum(outcomes),
    account: z
      .strictObject({ id: z.string().min(1).max(64), customerNumber: z.string().max(32), name: z.string().max(200) })
      .nullable()
      .meta({ description: 'Null when none was found, and below level 2 where the brand demands proof.' }),
    contacts: z
      .array(
        z.strictObject({
          kind: z.enum(['phone_number', 'mobile', 'email']),
          value: z.string().max(254),
          source: z.string().max(32).meta({ description: 'The contract or customer that it belongs to.' }),
          validFrom: moment.nullable(),
          validTo: moment.nullable().meta({ description: 'Null: still theirs.' }),
        }),
      )
      .meta({ description: 'Ways to reach the account, each with where it comes from; empty without an account.' }),
    tickets: z
      .array(
        z.strictObject({
          number: z.string().regex(/^[0-9]{1,32}$/),
          topic: word,
          reportedAt: moment,
          open: z.boolean(),
          notes: z.array(z.strictObject({ at: moment, agent: z.string(), text: z.string().max(2000) })),
        }),
      )
      .max(10)
      .meta({ description: 'Matters of the account, open ones first; empty without an account.' }),
    may: z.array(word).meta({ description: 'What the agent may do for this caller.' }),
    mayNot: z.array(word).meta({ description: 'What needs more than this call has proved.' }),
    ticket: z
      .string()
      .regex(/^[0-9A-Z-]{1,32}$/)
      .nullable()
      .meta({ description: 'The ticket number that was keyed: it points to a matter and proves nothing.' }),
    waitingSince: moment.nullable(),
    failedTriesBefore: z
      .int()
      .min(0)
      .meta({ description: 'Wrong tries in a row that preceded this call or its success.' }),
    lockedUntil: moment.nullable(),
    flags: z.array(word),
  })
  .meta({ id: 'CallContext' })

export type CallContext = z.infer<typeof callContext>
