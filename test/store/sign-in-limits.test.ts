/** Wrong tries at the desk's sign-in, over instances and restarts. */
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { MOST_NETWORKS, signInLimits } from '../../src/auth/sign-in-limits.ts'
import type { SignInLimits, SignInTry } from '../../src/seams/sign-in-limits.ts'
import { createAgents } from '../../src/store/agents.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { createSignInLimits } from '../../src/store/sign-in-limits.ts'
import { PATIENT } from '../support/any-store.ts'
import { addAgent } from '../support/cheap-verifiers.ts'
import { describePostgres, describeStores } from '../support/stores.ts'

const SUBJECT_KEY = Buffer.alloc(32, 7)
const [OFFICE, STRANGER] = ['198.51.100.20', '203.0.113.7']
const from = (network: string, name = 'anna'): SignInTry => ({ name, network, isCounted: true })
/** Each from another network. */
const elsewhere = (count: number): SignInTry[] => Array.from({ length: count }, (_, n) => from(`192.0.2.${n}`))
const times = (count: number, attempt: SignInTry): SignInTry[] => Array<SignInTry>(count).fill(attempt)

/** By what each is refused, one after the other; null: it may be made. */
async function spend(limits: SignInLimits, attempts: SignInTry[]): Promise<(string | null)[]> {
  const given: (string | null)[] = []
  for (const attempt of attempts) given.push((await limits.spend(attempt))?.by ?? null)
  return given
}
const made = (given: (string | null)[]): number => given.filter((by) => by === null).length

async function seatAnna({ db }: Database): Promise<void> {
  for (const table of ['sign_in_count', 'agent'] as const) await db.deleteFrom(table).execute()
  const rights = { role: 'agent', brands: [], topics: [], languages: [], phone: 'client:anna' } as const
  await addAgent(db, { name: 'anna', displayName: 'Anna', ...rights }, 'a good long password')
}

describeStores('tries at the sign-in', (open) => {
  let store: Database
  let limits: SignInLimits
  beforeAll(async () => {
    store = await open()
    limits = createSignInLimits(store.db, SUBJECT_KEY)
  })
  beforeEach(() => seatAnna(store))

  const pass = (time: string) => sql`UPDATE sign_in_count SET until = until - ${time}::interval`.execute(store.db)
  const counters = async (): Promise<number> =>
    (await store.db.selectFrom('sign_in_count').selectAll().execute()).length
  const networks = async (): Promise<number> =>
    (await store.db.selectFrom('agent_network').selectAll().execute()).length

  it('that are wrong hold a name in their network alone, for 15 minutes', async () => {
    expect(made(await spend(limits, times(5, from(STRANGER))))).toBe(5)
    const sixth = await limits.spend(from(STRANGER))
    expect(sixth?.by).toBe('name')
    expect(sixth?.seconds).toBeGreaterThan(800)
    expect(sixth?.seconds).toBeLessThanOrEqual(900)
    expect(await spend(limits, [from(OFFICE), from(STRANGER, 'ben')])).toEqual([null, null])
    await pass('14 minutes')
    expect(await spend(limits, [from(STRANGER)])).toEqual(['name'])
    await pass('1 minute')
    expect(made(await spend(limits, times(6, from(STRANGER))))).toBe(5)
  })

  it('hold a network after thirty, under whatever names, where it is counted', async () => {
    const names = Array.from({ length: 31 }, (_, n) => from(STRANGER, `agent${n}`))
    expect((await spend(limits, names)).slice(-2)).toEqual([null, 'address'])
    await pass('15 minutes')
    expect(await spend(limits, [from(STRANGER, 'ben')])).toEqual([null])
    const everybody = names.map((attempt) => ({ ...attempt, network: '10.0.0.1', isCounted: false }))
    expect(made(await spend(limits, everybody))).toBe(31)
  })

  it("of strangers in an agent's own network hold everybody there but the agent", async () => {
    await limits.spend(from(OFFICE))
    await limits.forgive(from(OFFICE))
    await spend(
      limits,
      Array.from({ length: 31 }, (_, n) => from(OFFICE, `guest${n}`)),
    )
    expect(await spend(limits, [from(OFFICE, 'ben'), from(OFFICE)])).toEqual(['address', null])
  })

  it('from ever other networks hold a name for a day where the agent has not signed in, and nowhere else', async () => {
    await limits.spend(from(OFFICE))
    await limits.forgive(from(OFFICE))
    expect(made(await spend(limits, elsewhere(51)))).toBe(signInLimits.elsewhere.most)
    const late = await limits.spend(from(STRANGER))
    expect(late?.seconds).toBeGreaterThan(23 * 3_600)
    // What the office tries is not among them, and is not held by them.
    expect(made(await spend(limits, times(6, from(OFFICE))))).toBe(5)
    expect(await spend(limits, [from(STRANGER, 'ben')])).toEqual([null])
  })

  it('that were right are none, and end those before from there, but not those from elsewhere', async () => {
    await spend(limits, elsewhere(48))
    for (let round = 0; round < 3; round++) {
      expect(made(await spend(limits, times(5, from(OFFICE))))).toBe(round === 0 ? 2 : 5)
      await limits.forgive(from(OFFICE))
    }
    // One of the fifty came back.
    expect(made(await spend(limits, elsewhere(60).slice(50)))).toBe(1)
  })

  it('that were not compared are none', async () => {
    for (let n = 0; n < 60; n++) {
      expect(await limits.spend(from(STRANGER))).toBeNull()
      await limits.giveBack(from(STRANGER))
    }
    expect(await networks()).toBe(0)
  })

  it('are kept under hashes, with no name but those of agents', async () => {
    await spend(limits, [from(OFFICE), from(OFFICE, 'a password in the wrong field')])
    await limits.forgive(from(OFFICE))
    const rows = await sql<{ row: string }>`
      SELECT to_jsonb(c)::text AS row FROM sign_in_count c UNION ALL SELECT to_jsonb(n)::text FROM agent_network n`.execute(
      store.db,
    )
    const text = JSON.stringify(rows.rows)
    expect(text).toContain('anna')
    for (const word of [OFFICE, 'password', Buffer.from(OFFICE).toString('hex')]) expect(text).not.toContain(word)
    // Under another key all of them are others.
    const other = createSignInLimits(store.db, Buffer.alloc(32, 8))
    await other.forgive(from(OFFICE))
    expect(await networks()).toBe(2)
  })

  it('are swept out when their windows are over, and networks after 90 days or when there are more than sixteen', async () => {
    await spend(limits, [...elsewhere(3), from(STRANGER, 'ben')])
    expect(await counters()).toBe(3 + 3 + 1 + 3)
    await pass('25 hours')
    await limits.spend(from(OFFICE))
    expect(await counters()).toBe(3)
    for (const attempt of elsewhere(MOST_NETWORKS + 2)) await limits.forgive(attempt)
    expect(await networks()).toBe(MOST_NETWORKS)
    expect(made(await spend(limits, elsewhere(51)))).toBe(51)
    await sql`UPDATE agent_network SET until = until - interval '90 days'`.execute(store.db)
    await limits.forgive(from(OFFICE))
    expect(await networks()).toBe(1)
  })

  it('are forgotten with a new password, and so are networks; of an agent who is disabled none is kept', async () => {
    const agents = createAgents(store.db)
    await limits.forgive(from(OFFICE))
    await spend(limits, [...elsewhere(51), ...times(5, from(OFFICE))])
    await agents.setPassword('anna', 'another good password')
    expect(await spend(limits, [from(STRANGER), from(OFFICE)])).toEqual([null, null])
    expect(await networks()).toBe(0)
    await limits.forgive(from(OFFICE))
    await agents.disable('anna')
    const rows = await store.db.selectFrom('sign_in_count').selectAll().where('agent', 'is not', null).execute()
    expect([rows, await networks()]).toEqual([[], 0])
    await limits.forgive(from(OFFICE))
    expect(await networks()).toBe(0)
  })
})

describePostgres('tries at the sign-in of two instances', (postgres) => {
  const instances: Database[] = []
  const limits: SignInLimits[] = []
  const start = async (url: string): Promise<void> => {
    const database = await openDatabase(url, PATIENT)
    instances.push(database)
    limits.push(createSignInLimits(database.db, SUBJECT_KEY))
  }
  const all = (attempts: SignInTry[]) =>
    Promise.all(attempts.map(async (attempt, n) => (await limits[n % 2]?.spend(attempt))?.by ?? null))

  it('are counted as one, however many come at once, and over a restart', async () => {
    const url = await postgres().createDatabase({ migrated: true })
    await start(url)
    await start(url)
    await seatAnna(instances[0] as Database)
    expect(made(await all(times(24, from(STRANGER))))).toBe(5)
    await limits[1]?.spend(from(OFFICE))
    await limits[0]?.forgive(from(OFFICE))
    expect(made(await all(elsewhere(90)))).toBe(signInLimits.elsewhere.most - 5)
    await Promise.all(instances.map((instance) => instance.close()))
    limits.length = 0
    instances.length = 0
    await start(url)
    expect(await spend(limits[0] as SignInLimits, [from(STRANGER), from('192.0.2.200'), from(OFFICE)])).toEqual([
      'name',
      'name',
      null,
    ])
    await instances[0]?.close()
  })
})
