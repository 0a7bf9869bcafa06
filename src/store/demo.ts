/** The customers of the six demo hotlines: fictional, on telephone numbers that the German regulator reserves for media use. */

import { type Kysely, sql } from 'kysely'
import { HARD_LOCK_AFTER } from '../auth/lockout.ts'
import { accountSubject } from '../auth/subjects.ts'
import type { Verifier } from '../auth/verifier.ts'
import type { AgentDirectory } from '../seams/agents.ts'
import { refOf } from './accounts/ref-of.ts'
import {
  type AgentColumn,
  type DemoAgent,
  type DemoCustomer,
  demoCustomers,
  demoFile,
  type IncidentColumn,
  type LockColumn,
  readDemo,
  type TicketColumn,
} from './demo-cast.ts'
import { type BrandRules, importAccounts } from './import/import.ts'
import { createIncidents } from './incidents.ts'
import type { Schema } from './schema.ts'
import { addTickets } from './tickets.ts'

const HASHES_AT_ONCE = 4

/**
 * Puts the demo customers and tickets into a store that has no customers yet; any other is left as it is.
 * @param brands those of other names, or with other rules, get no demo customers.
 * @returns how many customers were put in.
 */
export async function loadDemo(
  db: Kysely<Schema>,
  verifier: Pick<Verifier, 'make'>,
  brands: ReadonlyMap<string, BrandRules>,
): Promise<number> {
  if (await db.selectFrom('account').select('ref').limit(1).executeTakeFirst()) return 0
  const summary = await importAccounts(db, demoFile('customers.csv'), {
    brands,
    verifier,
    replacePins: false,
    hashesAtOnce: HASHES_AT_ONCE,
    now: () => new Date(),
    onBadLine: () => {},
  })
  const accounts = await db.selectFrom('account').select(['brand', 'customer_number']).execute()
  const known = new Set(accounts.map((account) => `${account.brand}/${account.customer_number}`))
  const tickets = readDemo<TicketColumn>('tickets.csv').filter((ticket) =>
    known.has(`${ticket.brand}/${ticket.customer_number}`),
  )
  await addTickets(
    db,
    tickets.map(({ brand, number, customer_number, topic, reported_at, open }) => ({
      brand,
      number,
      customerNumber: customer_number,
      topic,
      reportedAt: new Date(reported_at),
      open: open === 'yes',
    })),
  )
  await loadIncidents(db, known)
  await loadLocks(db)
  await confirmContacts(db)
  return summary.new
}

/** What the demo customers may ask about, marked on those that it touched. */
async function loadIncidents(db: Kysely<Schema>, known: ReadonlySet<string>): Promise<void> {
  const incidents = createIncidents(db)
  const by = { actor: 'demo', at: new Date() }
  for (const { brand, name, day, customer_numbers, ...texts } of readDemo<IncidentColumn>('incidents.csv')) {
    const touched = customer_numbers.split('|').filter((number) => known.has(`${brand}/${number}`))
    if (touched.length === 0) continue
    await incidents.open({ brand, name, day, texts }, by.actor, by.at)
    const lines = touched.map((customerNumber, index) => ({ line: index + 1, customerNumber }))
    const whole = (async function* () {
      yield lines
    })()
    await incidents.mark({ brand, name }, whole, { ...by, skipUnknown: false, onUnknown: () => {} })
  }
}

/** As many wrong tries as leave a new PIN alone to help. */
async function loadLocks(db: Kysely<Schema>): Promise<void> {
  for (const { brand, customer_number } of readDemo<LockColumn>('locks.csv')) {
    const ref = await refOf(db, { brand, customerNumber: customer_number })
    if (ref === null) continue
    await db
      .insertInto('pin_state')
      .values({
        subject: accountSubject(brand, ref),
        tries: HARD_LOCK_AFTER,
        consecutive: HARD_LOCK_AFTER,
        failures: sql<Date[]>`array_fill(now(), ARRAY[${HARD_LOCK_AFTER}::integer])`,
        locked_until: null,
        hard_locked: true,
      })
      .execute()
  }
}

/** When the demo's customers confirmed where they are written to. */
const CONFIRMED = '2026-01-05T09:00:00.000Z'

/** Messages to customers go to confirmed contacts alone: in the demo to the mobile of those who have named one, and by e-mail to the others. */
async function confirmContacts(db: Kysely<Schema>): Promise<void> {
  await sql`
    UPDATE contact SET confirmed = ${CONFIRMED}::timestamptz
    WHERE valid_to IS NULL AND confirmed IS NULL AND (kind = 'mobile' OR NOT EXISTS (
      SELECT FROM contact AS other WHERE other.ref = contact.ref AND other.kind = 'mobile'
    ))`.execute(db)
}

/** Whether the store holds the demo customers, and not customers of the operator's alone. */
export async function hasDemo(db: Kysely<Schema>): Promise<boolean> {
  const [first] = demoCustomers()
  return first !== undefined && (await refOf(db, first)) !== null
}

/** Those of the demo's customers that this store has, at whatever start they came into it. Their PINs are not among it. */
export async function demoCustomersIn(db: Kysely<Schema>): Promise<Omit<DemoCustomer, 'pin'>[]> {
  const cast = demoCustomers()
  const rows = await db
    .selectFrom('account')
    .select(['brand', 'customer_number'])
    .where('customer_number', 'in', [...new Set(cast.map(({ customerNumber }) => customerNumber))])
    .execute()
  const there = new Set(rows.map((row) => `${row.brand}/${row.customer_number}`))
  return cast
    .filter(({ brand, customerNumber }) => there.has(`${brand}/${customerNumber}`))
    .map(({ pin: _pin, ...customer }) => customer)
}

/**
 * Puts the demo agents into a store that has no agents; any other is left as it is. Only beside the demo customers: their
 * passwords are printed.
 * @param served what `*` in the file means.
 * @param newPassword makes their passwords; without it they get those of the file.
 * @returns those who were put in.
 */
export async function loadDemoAgents(
  agents: AgentDirectory,
  served: { brands: readonly string[]; topics: readonly string[] },
  newPassword?: () => string,
): Promise<DemoAgent[]> {
  if ((await agents.list()).length > 0) return []
  const some = (words: string, all: readonly string[]): string[] =>
    words === '*' ? [...all] : words.split('|').filter((word) => all.includes(word))
  const put: DemoAgent[] = []
  for (const row of readDemo<AgentColumn>('agents.csv')) {
    const { name, display_name: displayName, phone } = row
    const password = newPassword?.() ?? row.password
    const [brands, topics] = [some(row.brands, served.brands), some(row.topics, served.topics)]
    const role = row.role === 'supervisor' ? 'supervisor' : 'agent'
    const agent = { name, displayName, role, brands, topics, languages: row.languages.split('|'), phone } as const
    if (await agents.add(agent, password)) put.push({ name, displayName, role, phone, password })
  }
  return put
}
