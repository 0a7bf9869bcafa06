/**
 * What the agent sees of a call: one shape for the API, the desk and the queue. Strict, and every text has a form, so
 * that a field nobody thought of, let alone a digit of a credential, cannot ride along.
 */
import { z } from 'zod'
import { credentialKinds } from '../auth/credentials.ts'
import { attestations, outcomes } from '../call/call.ts'
import { languageCode } from '../flow/brand.ts'
import { contactMarks } from '../seams/account-source.ts'

/** Twilio's name of a call. https://www.twilio.com/docs/glossary/what-is-a-sid */
export const callSid = z
  .string()
  .regex(/^CA[0-9a-f]{32}$/)
  .meta({ description: "Twilio's CallSid", example: `CA${'0123456789abcdef'.repeat(2)}` })

/** A name out of a flow or brand file. */
const word = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/)
const moment = z.iso.datetime().meta({ description: 'ISO 8601, UTC', example: '2026-11-22T18:00:00.000Z' })

/** What nobody does for a customer for a time, though the proof would do. */
export const resting = z.strictObject({ actions: z.array(word).min(1), until: moment }).nullable()

/** What an agent is told of an incident, and the command line takes: one line each, for a screen and a terminal alike. */
const told = z
  .string()
  .trim()
  .min(1, 'it must say something')
  .max(400, 'it has at most 400 letters; agents read it while somebody waits')
  .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u, 'it is one line of letters, digits and punctuation')

export const incident = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{0,31}$/,
        'it is small letters, digits and dashes, begins with a letter, and has at most 32',
      )
      .meta({ example: 'mail-2026-10' }),
    day: z.iso.date('it is a day, as 2026-10-01').meta({ description: 'When it happened.' }),
    texts: z
      .record(languageCode, told)
      .meta({ description: 'What happened and what to tell the customer, by language.' }),
  })
  .meta({ id: 'Incident' })

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
    carried: z
      .strictObject({
        forwardedFrom: z
          .string()
          .regex(/^\+?[0-9]{5,17}$/)
          .nullable()
          .meta({ description: 'The number that the call was forwarded from, as it was written.' }),
        attestation: z.enum(attestations).nullable().meta({
          description:
            "How far the network vouches for the caller's number: full, partial, gateway, failed (signed, and does not hold), unsigned.",
        }),
        headers: z
          .array(
            z.strictObject({
              name: z.string().regex(/^[A-Za-z][A-Za-z-]{0,31}$/),
              value: z.string().regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,240}$/u),
            }),
          )
          .max(5)
          .meta({ description: 'X- headers of a SIP trunk, by their name without it; … stands for digits.' }),
      })
      .nullable()
      .meta({ description: 'What the network tells of the call. For people to read: anyone can forge it.' }),
    assurance: z
      .strictObject({
        level: z.union([z.literal(0), z.literal(1), z.literal(2)]),
        method: z.enum([...credentialKinds, 'call_code']).nullable(),
        at: moment.nullable(),
      })
      .meta({ description: '0 unknown, 1 identified (claims an account that exists), 2 verified (proved it)' }),
    outcome: z.enum(outcomes),
    account: z
      .strictObject({ id: z.string().min(1).max(64), customerNumber: z.string().max(32), name: z.string().max(200) })
      .nullable()
      .meta({ description: 'Null when none was found, and below level 2 where the brand demands proof.' }),
    elsewhere: z
      .array(z.strictObject({ brand: word, customerNumber: z.string().max(32) }))
      .max(10)
      .meta({
        description:
          "Accounts of the same person at other brands, by the operator's own reference, of brands that the reader may see; empty below level 2. What was proved here counts for none of them.",
      }),
    contacts: z
      .array(
        z.strictObject({
          kind: z.enum(['phone_number', 'mobile', 'email']),
          value: z.string().max(254),
          source: z.string().max(32).meta({ description: 'The contract or customer that it belongs to.' }),
          validFrom: moment.nullable(),
          validTo: moment.nullable().meta({ description: 'Null: still theirs.' }),
          confirmed: moment.nullable().meta({ description: 'When it was confirmed; such a one counts.' }),
          marks: z.array(z.enum(contactMarks)).meta({
            description:
              "What to beware of: rest (new to the account), changed_hands (was another customer's), disputed (another customer has it too).",
          }),
          sent: z
            .array(z.strictObject({ at: moment, about: word }))
            .max(3)
            .meta({
              description: 'What the customer was told there without asking, newest first; about: the kind of message.',
            }),
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
          reports: z
            .array(z.strictObject({ at: moment, channel: word.nullable(), text: z.string().max(2000).nullable() }))
            .max(20)
            .meta({ description: 'By whatever channel, oldest first. Channel null: not known.' }),
          merged: z
            .array(z.strictObject({ number: z.string().regex(/^[0-9]{1,32}$/), topic: word }))
            .max(20)
            .meta({
              description: 'Tickets that were merged into it, with what each was about. Their numbers lead here.',
            }),
          reopened: z.boolean().meta({ description: 'Whether it was closed and is open again.' }),
        }),
      )
      .max(10)
      .meta({ description: 'Matters of the account, open ones first; empty without an account.' }),
    notes: z
      .array(z.strictObject({ at: moment, agent: z.string(), topic: word.nullable(), text: z.string().max(2000) }))
      .max(100)
      .meta({ description: 'What agents wrote on the account and on no ticket; empty without an account.' }),
    incidents: z
      .array(incident)
      .max(10)
      .meta({ description: 'What happened to the data of the account and is not closed; empty without an account.' }),
    may: z.array(word).meta({ description: 'What the agent may do for this caller.' }),
    mayNot: z.array(word).meta({ description: 'What needs more than this call has proved, or rests.' }),
    resting: resting.meta({
      description:
        'What of `mayNot` the call has proved enough for, and nobody does until then: the PIN was changed a short time ago.',
    }),
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
