/** What happens to an account between two files: the forms in which it is told, and what becomes of it, for every door. */

import { z } from 'zod'
import { inOurWords } from '../flow/fault.ts'
import { reason } from '../flow/reason.ts'
import type { ColumnFault } from '../seams/account-book.ts'
import type { AccountChanges, ToldChange } from '../seams/account-changes.ts'
import { customerNumber, moment } from './account-acts.ts'

const number = z.string('it is needed, as text').min(1, 'it is needed').max(60, 'it has at most 60 letters')
const always = { at: moment, reason }
const kinds = ['port_in', 'port_out', 'sim_change', 'contract_end', 'address_confirmed'] as const

/** One event of a customer who is named beside it. */
export const accountEvent = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({
        kind: z.literal('port_in').meta({ description: 'A phone number is theirs from then on.' }),
        ...always,
        phone_number: number,
        contract_number: number.optional().meta({ description: 'The contract that it ends with.' }),
        sim_number: number.optional().meta({ description: 'The SIM that has it.' }),
      }),
      z.strictObject({
        kind: z.literal('port_out').meta({ description: 'A phone number is no longer theirs.' }),
        ...always,
        phone_number: number,
      }),
      z.strictObject({
        kind: z.literal('sim_change').meta({ description: 'Another SIM; its PUK is worth nothing for 72 hours.' }),
        ...always,
        sim_number: number.meta({ description: 'The new one.' }),
        old_sim_number: number.nullable().meta({
          description:
            'It ends then. It is needed, for one that is left out by mistake would go on; null where it is not known: then the one that is known to have the phone number ends, and none for a further SIM.',
        }),
        phone_number: number.optional().meta({ description: 'It has the new SIM from then on.' }),
      }),
      z.strictObject({
        kind: z.literal('contract_end').meta({ description: 'What belongs to the contract ends with it.' }),
        ...always,
        contract_number: number,
      }),
      z.strictObject({
        kind: z.literal('address_confirmed').meta({ description: 'As at the registration of a SIM: it counts.' }),
        ...always,
        contact: z.enum(['email', 'mobile'], 'it is email or mobile'),
        value: z.string('it is needed, as text').min(1, 'it is needed').max(254, 'it has at most 254 letters'),
      }),
    ],
    `it is one of ${kinds.join(', ')}`,
  )
  .meta({ id: 'AccountEvent' }) satisfies z.ZodType<ToldChange & { reason: string }>

/** The customer named beside it stays, with PIN, name and contacts. */
export const mergeOrder = z.strictObject({
  ...always,
  other_number: customerNumber.meta({ description: 'Whose account ends then, and whose PIN is worth nothing.' }),
})

const mergeEvent = mergeOrder.extend({ kind: z.literal('merge') })

const eventPlace = z.object({
  brand: z.string('it is needed, as text').min(1).max(64),
  customer_number: customerNumber,
})

/** As a file of events has them, with whose they are. A line without a reason has that of the file. */
export type SentEvent = Readonly<Record<string, unknown>>
export type EventResult = { changed: boolean } | { errors: ColumnFault[] }

const NO_CUSTOMER: ColumnFault = {
  field: 'customer_number',
  rule: 'no_customer',
  remedy: 'The brand has no such customer: correct it, or import the customer first',
}

/** Takes or refuses one event of a file, as a whole. */
export async function takeAccountEvent(
  changes: AccountChanges,
  { brand, customer_number, ...event }: SentEvent,
  { actor, reason: usual, now }: { actor: string; reason: string; now: Date },
): Promise<EventResult> {
  const place = eventPlace.safeParse({ brand, customer_number }, { error: inOurWords })
  const form = event.kind === 'merge' ? mergeEvent : accountEvent
  const told = form.safeParse({ reason: usual, ...event }, { error: inOurWords })
  const issues = [...(place.error?.issues ?? []), ...(told.error?.issues ?? [])]
  if (!place.success || !told.success) return { errors: issues.map(columnFault) }
  const { reason: because, ...change } = told.data
  const of = { brand: place.data.brand, customerNumber: place.data.customer_number }
  const by = { actor, reason: because }
  const done = await (change.kind === 'merge' ? changes.merge(of, change, by, now) : changes.tell(of, change, by, now))
  if (done === null) return { errors: [NO_CUSTOMER] }
  return 'fault' in done ? { errors: [done.fault] } : done
}

/** What is wrong with a form, by field, rule and remedy. */
export function columnFault(issue: z.core.$ZodIssue): ColumnFault {
  return {
    field: issue.path.join('.') || '(all)',
    rule: issue.code === 'custom' ? String(issue.params?.rule) : issue.code,
    remedy: issue.message,
  }
}

/** The same for people. A rule of a file is a phrase about the field; one of a form is a word for programs. */
export function columnSentence({ field, rule, remedy }: ColumnFault): string {
  return /^[a-z_]+$/.test(rule) ? `${field}: ${remedy}.` : `${field} ${rule}. ${remedy}.`
}
