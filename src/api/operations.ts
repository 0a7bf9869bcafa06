/**
 * What the commands of this machine ask a server that has the embedded store for itself: one row for each, with the forms
 * of what is sent and of what is answered. Routes, their description and the commands' side are made of this table.
 */
import { z } from 'zod'
import { LONGEST_PASSWORD } from '../auth/password.ts'
import { incident } from '../context/call-context.ts'
import { MOST_MARKED } from '../context/incidents.ts'
import { agentFields, agentForm } from '../floor/agent-form.ts'
import { agentName } from '../floor/view.ts'
import { noticeOrder, noticePlace } from '../flow/notice.ts'
import { specialDay, specialHours } from '../flow/special-hours.ts'
import { sprayEnd, sprayOrder } from '../flow/spray-order.ts'
import { actNames } from '../seams/tokens.ts'
import { accountOperations } from './account-operations.ts'
import { nothing, row } from './operation.ts'
import { reportAnswer } from './report-form.ts'
import { tokenForm, tokenName } from './token-form.ts'

const moment = z.iso.datetime()
const done = z.strictObject({ done: z.boolean() })
const word = z.string().min(1).max(64)
/** A journal or a record is read in pieces. */
const piece = { after: z.int().min(0), limit: z.int().min(1).max(1_000) }
const facts = z.record(z.string(), z.json())
const whoAndWhen = z.strictObject({ at: moment, by: z.string() }).nullable()
const incidentPlace = { brand: word, name: incident.shape.name }

export const operations = {
  listEvents: row(
    'The record of verifications, hand-offs and readings, in order',
    z.strictObject({ callId: z.string().max(64).optional(), ...piece }),
    z.strictObject({
      events: z.array(
        z.strictObject({
          id: z.int(),
          at: moment,
          kind: z.string(),
          callId: z.string(),
          brand: z.string(),
          ref: z.string().nullable(),
          actor: z.string(),
          facts,
        }),
      ),
    }),
  ),
  readJournal: row(
    'The journal of the queue, in order',
    z.strictObject(piece),
    z.strictObject({
      lines: z.array(
        z.strictObject({
          id: z.int(),
          at: moment,
          kind: z.enum(['joined', 'left', 'offered', 'passed']),
          callId: z.string(),
          queue: z.string(),
          facts,
        }),
      ),
    }),
  ),
  currentNotices: row(
    'What callers are told for the time being',
    nothing,
    z.strictObject({ notices: z.array(noticeOrder.extend({ since: moment })) }),
  ),
  setNotice: row('Tells callers something, instead of the notice for the same callers', noticeOrder, nothing),
  clearNotice: row('Switches a notice off', noticePlace, nothing),
  listSpecialHours: row(
    'Days that are set apart, from that day on',
    z.strictObject({ day: specialDay.shape.day }),
    z.strictObject({ hours: z.array(specialHours.extend({ since: moment })) }),
  ),
  setSpecialHours: row('Sets the hours of a day, in place of those of the same day', specialHours, nothing),
  clearSpecialHours: row('Makes a day like others again', specialDay, nothing),
  listSprays: row(
    'Guesses at many accounts that were noticed or declared, and are not over; brand null: of the whole service',
    nothing,
    z.strictObject({
      sprays: z.array(
        z.strictObject({
          brand: word.nullable(),
          since: moment,
          until: moment,
          actor: z.string(),
          isOrdered: z.boolean(),
        }),
      ),
    }),
  ),
  usualFailures: row(
    'The customers of a brand, and the most failures in ten minutes of that hour of those days',
    z.strictObject({ brand: word, days: z.array(z.iso.date()).max(31), hour: z.int().min(0).max(23) }),
    z.strictObject({ customers: z.int().nullable(), peaks: z.array(z.int()) }),
  ),
  beginSpray: row('Gives calls one try for so many minutes', sprayOrder, nothing),
  endSpray: row('Ends that; not done: it was not on', sprayEnd, done),
  listIncidents: row(
    'All incidents, the newest first',
    nothing,
    z.strictObject({
      incidents: z.array(
        incident.extend({ brand: word, opened: moment, closed: moment.nullable(), accounts: z.int() }),
      ),
    }),
  ),
  openIncident: row('Begins an incident', incident.extend({ brand: word }), nothing),
  markIncident: row(
    'Marks customers, all or none; null: no such incident is open',
    z.strictObject({
      ...incidentPlace,
      skipUnknown: z.boolean(),
      lines: z.array(z.strictObject({ line: z.int(), customerNumber: z.string().max(64) })).max(MOST_MARKED),
    }),
    z.strictObject({
      marked: z
        .strictObject({ marked: z.int(), before: z.int(), unknown: z.int(), unknownLines: z.array(z.int()) })
        .nullable(),
    }),
  ),
  closeIncident: row(
    'Takes the flag off the accounts of an incident; null: no such incident is open',
    z.strictObject(incidentPlace),
    z.strictObject({ accounts: z.int().nullable() }),
  ),
  reportTickets: row(
    'Joins reports of other channels to the tickets of their matters, or opens them; each is taken or refused by itself',
    z.strictObject({ reports: z.array(z.record(z.string(), z.json())).max(1_000) }),
    z.strictObject({
      results: z.array(
        z.union([
          reportAnswer,
          z.strictObject({
            faults: z.array(z.strictObject({ code: z.string(), field: z.string().nullable(), sentence: z.string() })),
          }),
        ]),
      ),
    }),
  ),
  listAgents: row(
    'All agents, disabled ones too, and never a password',
    nothing,
    z.strictObject({ agents: z.array(agentForm.extend({ disabled: z.boolean() })) }),
  ),
  addAgent: row(
    'Adds an agent; not done: the name was given before',
    agentForm.extend({ password: z.string().max(LONGEST_PASSWORD) }),
    done,
  ),
  changeAgent: row(
    'Changes what is named of an agent; not done: there is none',
    z.strictObject({ name: agentName, changes: agentFields.partial() }),
    done,
  ),
  disableAgent: row(
    'Signs an agent out everywhere; not done: there is none',
    z.strictObject({ name: agentName }),
    done,
  ),
  enableAgent: row('Lets an agent sign in again; not done: there is none', z.strictObject({ name: agentName }), done),
  setAgentPassword: row(
    'Gives an agent a new password; not done: there is none',
    z.strictObject({ name: agentName, password: z.string().max(LONGEST_PASSWORD) }),
    done,
  ),
  listTokens: row(
    'All tokens of the API, revoked ones too, and never a secret',
    nothing,
    z.strictObject({
      tokens: z.array(
        z.strictObject({
          name: z.string(),
          brands: tokenForm.shape.brands.nullable(),
          acts: z.array(z.enum(actNames)).nullable(),
          budget: tokenForm.shape.budget.nullable(),
          created: whoAndWhen,
          lastUsed: moment.nullable(),
          revoked: whoAndWhen,
        }),
      ),
    }),
  ),
  addToken: row(
    'Makes a token of the API, which is answered this once; null: the name was given before',
    tokenForm,
    z.strictObject({ secret: z.string().nullable() }),
  ),
  revokeToken: row(
    'Ends a token of the API for good; not done: there is none that holds',
    z.strictObject({ name: tokenName }),
    done,
  ),
  ...accountOperations,
} as const

export type OperationName = keyof typeof operations
export type Sent<Name extends OperationName> = z.output<(typeof operations)[Name]['input']>
export type Answered<Name extends OperationName> = z.output<(typeof operations)[Name]['output']>

/** What does them. */
export type Operator = { [Name in OperationName]: (sent: Sent<Name>) => Promise<Answered<Name>> }

/** Where each is asked, relative to the server. */
export const OPERATOR_PATH = '/api/v1/operator'

/** What was sent cannot be done, in a sentence for people. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused'
}
