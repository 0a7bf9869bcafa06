/** What an agent without a call may look at, as data: strict as `view.ts`, and for the same reason. */
import { z } from 'zod'
import { outcomes } from '../call/call.ts'
import { keptWith } from './view.ts'

const word = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/)
const moment = z.iso.datetime()
const ticketNumber = z.string().regex(/^[0-9]{1,32}$/)
const written = { at: moment, agent: z.string(), text: z.string() }

const ownCall = z.strictObject({
  at: moment,
  brand: word,
  topic: word.nullable(),
  /** Null: not known any more. */
  level: z.union([z.literal(0), z.literal(1), z.literal(2)]).nullable(),
  outcome: z.enum(outcomes).nullable(),
  notes: z.array(z.strictObject({ text: z.string(), keptWith: z.enum(keptWith), ticket: ticketNumber.nullable() })),
})

/** The agent's own calls of this day, the newest first, and what callers are told for the time being. */
export const ownDay = z.strictObject({
  calls: z.array(ownCall),
  notices: z.array(
    z.strictObject({
      brand: word,
      topic: word.nullable(),
      texts: z.record(z.string(), z.string()),
      since: moment,
      until: moment.nullable(),
    }),
  ),
})

/** Notes without an account, the newest first. */
export const looseNotes = z.strictObject({
  notes: z.array(z.strictObject({ ...written, brand: word, topic: word.nullable() })),
})

/** What a number that was searched for leads to: nothing that a call could not have shown to this agent. */
export const foundCustomers = z.strictObject({
  customers: z.array(
    z.strictObject({
      brand: word,
      customerNumber: z.string().max(32),
      name: z.string().max(200),
      tickets: z.array(
        z.strictObject({
          number: ticketNumber,
          topic: word,
          reportedAt: moment,
          open: z.boolean(),
          notes: z.array(z.strictObject(written)),
          reports: z.array(z.strictObject({ at: moment, channel: word.nullable(), text: z.string().nullable() })),
          merged: z.array(z.strictObject({ number: ticketNumber, topic: word })),
          reopened: z.boolean(),
        }),
      ),
      notes: z.array(z.strictObject({ ...written, topic: word.nullable() })),
    }),
  ),
})

export type OwnDay = z.infer<typeof ownDay>
export type LooseNotes = z.infer<typeof looseNotes>
export type FoundCustomers = z.infer<typeof foundCustomers>
