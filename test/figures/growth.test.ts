/**
 * What calls leave in the store: rows and bytes of each table, played with agents who talk and write notes. `CALLS=1000` gives the figures of
 * docs/measured.md; fewer are counted up to a thousand, and say so.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Floor } from '../../src/floor/floor.ts'
import { createLog } from '../../src/log/log.ts'
import type { Telephony } from '../../src/seams/telephony.ts'
import { fates } from '../../src/store/retention/tables.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { agentsOf, anna, floorOver, noNetwork } from '../support/floor.ts'
import { counted, measured } from '../support/measured.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'

const CALLS = Number(process.env.CALLS ?? 10)
/** The figures are for so many. */
const PER = 1_000

const { first: HANNA, second: OLIVER, nobody } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const LEG = `CA${'a'.repeat(32)}`
/** Of the document that the caller is to get. */
let nonce = ''
let app: TestApp
let floor: Floor
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
  const telephony: Telephony = {
    ...noNetwork,
    ring: async () => ({ legId: LEG }),
    async redirect(_callId, _assignment, redirect) {
      nonce = redirect.nonce
      return 'done'
    },
  }
  floor = floorOver(app.deps, createLog({ level: 'silent' }), { agents: agentsOf([anna]), telephony })
})
afterAll(async () => {
  await floor?.close()
  await app?.close()
})

/** Of ten: seven talk, one of them after a wrong PIN, and a note is written; one hangs up while waiting, one is refused, one says a number that nobody has. */
async function call(n: number): Promise<void> {
  const kind = n % 10
  const own = phone(app, { brand: 'rheinnetz', from: `+4922155501${String(n % 100).padStart(2, '0')}` })
  const { number, pin } = n % 2 === 0 ? HANNA : OLIVER
  await own.toPin(kind === 9 ? nobody : number)
  if (kind === 0) await own.key('1111')
  if (kind < 8) await own.key(pin)
  else for (let tries = 0; tries < 3; tries++) await own.key('1111')
  if (kind < 7) await talk(own.sid)
  await own.hangUp()
  await floor.callerEnded(own.sid)
  // What three wrong PINs lock is a matter of the lock, and not of how much calls leave.
  await sql`UPDATE pin_state SET locked_until = NULL, trusted_locked_until = NULL, consecutive = 0, stranger_consecutive = 0,
    failures = '{}', stranger_failures = '{}', hard_locked = false`.execute(app.deps.database.db)
  app.clock.turn(60_000)
}

async function talk(callId: string): Promise<void> {
  expect(await floor.take('anna', null)).toEqual({ done: true })
  const taken = (await floor.view('anna'))?.assignment
  if (!taken) throw new Error('Anna has no call.')
  await floor.agentAnswers(taken.id, LEG)
  const room = await floor.agentAccepts(taken.id, LEG)
  expect(room).not.toBeNull()
  const enters = (who: string): Promise<void> =>
    floor.roomChanged({ assignment: taken.id, conference: `CF${'b'.repeat(32)}`, callId: who, kind: 'join' })
  await enters(LEG)
  const leg = { callId, called: app.numberOf('rheinnetz'), from: null }
  await floor.callerRedirected(leg, taken.id, 'join', nonce)
  await enters(callId)
  expect((await floor.view('anna'))?.assignment).toMatchObject({ state: 'talking' })
  await floor.callerEnded(callId)
  const wrap = { note: 'Die Rechnung vom Mai ist doppelt; sie wird geprüft.', ticket: 'keep' as const }
  expect(await floor.wrapUp('anna', taken.id, wrap)).toEqual({ done: true })
}

interface Size {
  rows: number
  bytes: number
}

async function sizes(): Promise<Map<string, Size>> {
  const { db } = app.deps.database
  const all = new Map<string, Size>()
  for (const table of Object.keys(fates)) {
    const { rows } = await sql<Size>`
      SELECT (SELECT count(*) FROM ${sql.table(table)})::float8 AS rows, pg_total_relation_size(${table}::regclass)::float8 AS bytes`.execute(
      db,
    )
    if (rows[0]) all.set(table, rows[0])
  }
  return all
}

it('goes by its age, all of it', async () => {
  for (let n = 0; n < 10; n++) await call(n)
  const before = await sizes()
  for (let n = 10; n < 10 + CALLS; n++) await call(n)
  const grown = [...(await sizes())].flatMap(([table, { rows, bytes }]) => {
    const of = before.get(table)
    const more = { table, rows: rows - (of?.rows ?? 0), bytes: bytes - (of?.bytes ?? 0) }
    return more.rows > 0 || more.bytes > 0 ? [more] : []
  })
  const scaled = (number: number): number => Math.round((number * PER) / CALLS)
  const said = CALLS === PER ? '' : `, counted up from ${CALLS}`
  const line = (what: string, rows: number, bytes: number): void =>
    measured(
      `what 1,000 calls leave in ${what}${said}`,
      `${counted(scaled(rows))} rows and ${counted(Math.ceil(scaled(bytes) / 1_024))} kB`,
    )
  for (const { table, rows, bytes } of grown) line(`\`${table}\``, rows, bytes)
  const sum = (of: 'rows' | 'bytes'): number => grown.reduce((all, each) => all + each[of], 0)
  line('all tables', sum('rows'), sum('bytes'))
  const left = grown.filter(({ rows }) => rows > 0).map(({ table }) => table)
  expect(left).toEqual(expect.arrayContaining(['event', 'queue_journal', 'assignment', 'note', 'pin_attempt']))
  const forever = left.filter((table) => !('days' in fates[table as keyof typeof fates]))
  expect(forever).toEqual([])
})
