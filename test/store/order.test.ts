/** The order of those who wait, changed from many connections at once. Only real Postgres has more than one. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { newAssignment } from '../../src/floor/assignment.ts'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import type { Skills } from '../../src/seams/floor.ts'
import type { Arrival } from '../../src/seams/waiting.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { createFloorStore } from '../../src/store/floor/assignments.ts'
import { inOrder, note } from '../../src/store/floor/journal.ts'
import { PATIENT } from '../support/any-store.ts'
import { seedOfRun, times } from '../support/counts.ts'
import { measured } from '../support/measured.ts'
import { describePostgres } from '../support/stores.ts'

const BRANDS = ['rheinnetz', 'fuldanetz', 'alpenfunk']
const START = Date.parse('2026-11-22T10:00:00.000Z')

function arrival(callId: string, brand: string, topic = 'bill'): Arrival {
  return {
    callId,
    brand,
    queue: `${brand}.${topic}`,
    topic,
    language: 'de',
    level: 0,
    since: null,
    ref: null,
    ticket: null,
  }
}

/** Of two brands each, so that their locks overlap. */
const agents: Skills[] = BRANDS.map((brand, n) => ({
  agent: `agent${n}`,
  brands: [brand, BRANDS[(n + 1) % BRANDS.length] ?? brand],
  topics: ['bill', 'contract'],
  languages: ['de'],
}))

describePostgres('the order of those who wait', (postgres) => {
  /** Two, as two instances have. */
  let stores: Database[] = []
  beforeAll(async () => {
    const url = await postgres().createDatabase({ migrated: true })
    stores = await Promise.all([openDatabase(url, PATIENT), openDatabase(url, PATIENT)])
  })
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()))
  })
  const floorOf = (n: number) => createFloorStore((stores[n % stores.length] as Database).db)

  it('is that of the journal, however many join, move, leave and are offered in the same moment', async () => {
    const chance = random(seedOfRun())
    let clock = START
    const at = (): Date => {
      clock += 1
      return new Date(clock)
    }
    let ids = 0
    async function caller(n: number): Promise<void> {
      const floor = floorOf(n)
      const callId = `caller${n}`
      const brand = BRANDS[n % BRANDS.length] ?? ''
      // Some customers call from two telephones, and one call takes the place of the other.
      const of = { ref: n % 2 === 0 ? `customer${n % 4}` : null }
      for (let turn = 0; turn < 4; turn++) {
        await Promise.all([
          floor.join({ ...arrival(callId, brand), ...of }, at()),
          floorOf(n + 1).join({ ...arrival(callId, brand), ...of }, at()),
        ])
        if (chance() < 0.5) await floor.join({ ...arrival(callId, brand, 'contract'), ...of }, at())
        await floor.seen(callId, at())
        if (chance() < 0.7)
          await Promise.all([floor.leave(callId, 'hung_up', at()), floor.leave(callId, 'moved', at())])
      }
    }
    async function agent(skills: Skills, n: number): Promise<void> {
      const floor = floorOf(n)
      for (let turn = 0; turn < 30; turn++) {
        const since = at()
        const made = await floor.offer(
          skills,
          null,
          (place) =>
            newAssignment(
              { ...place, id: `assignment${ids++}`, agent: skills.agent, from: null },
              since.toISOString(),
              {
                ringMs: 20_000,
              },
            ),
          since,
        )
        if (typeof made === 'string') continue
        const over = { ...made, version: made.version + 1, state: 'over' as const, endedBy: 'no_answer' as const }
        expect(await floor.save([{ ...over, since: at().toISOString() }])).toBe(true)
      }
    }
    const callers = Array.from({ length: times(20, 200) }, (_, n) => caller(n))
    await Promise.all([...callers, ...agents.map(agent)])
    const check = createJournalCheck()
    let after = 0
    for (let lines = await floorOf(0).journal({ after, limit: 50 }); lines.length > 0; ) {
      for (const line of lines) check.take(line)
      after = lines.at(-1)?.id ?? after
      lines = await floorOf(0).journal({ after, limit: 50 })
    }
    const { notWaiting, overtakings, offers } = check.report()
    expect({ notWaiting, broken: overtakings.filter(({ reason }) => reason === 'none') }).toEqual({
      notWaiting: [],
      broken: [],
    })
    expect(offers).toBeGreaterThan(0)
    // Who waits by the journal waits in the table.
    const db = (stores[0] as Database).db
    const places = await db
      .selectFrom('queue_place')
      .select(['call_id', 'queue', 'arrival'])
      .orderBy('call_id')
      .execute()
    const last = await db
      .selectFrom('queue_journal')
      .distinctOn('call_id')
      .select(['call_id', 'queue', 'id', 'kind'])
      .where('kind', 'in', ['joined', 'left'])
      .orderBy('call_id')
      .orderBy('id', 'desc')
      .execute()
    const joined = last
      .filter(({ kind }) => kind === 'joined')
      .map(({ call_id, queue, id }) => ({ call_id, queue, arrival: id }))
    expect(places).toEqual(joined)
  })

  it('leaves a caller alone whose phone an agent is offered just when another call of the same customer joins', async () => {
    const floor = floorOf(0)
    const of = (callId: string): Arrival => ({
      ...arrival(callId, 'kassemobil'),
      level: 2,
      ref: 'customer-of-both-calls',
    })
    const minute = (n: number) => new Date(START + n * 60_000)
    await floor.join(of('first'), minute(0))
    await floor.join(arrival('other', 'kassemobil'), minute(1))
    const db = (stores[1] as Database).db
    let second: Promise<void> = Promise.resolve()
    const at = minute(2)
    await inOrder(db, ['kassemobil'], async (trx) => {
      second = floor.join(of('second'), at)
      // It has read who waits, and waits for the lock.
      await waitsForLock(db)
      const ringing = newAssignment(
        {
          callId: 'first',
          brand: 'kassemobil',
          queue: 'kassemobil.bill',
          topic: 'bill',
          brought: null,
          id: 'ringing',
          agent: 'x',
          from: null,
        },
        at.toISOString(),
        { ringMs: 20_000 },
      )
      const { id, callId, agent, state, version, ...facts } = ringing
      await trx
        .insertInto('assignment')
        .values({ id, call_id: callId, agent, state, version, at, facts: JSON.stringify(facts) })
        .execute()
    })
    await second
    const places = await db
      .selectFrom('queue_place')
      .select(['call_id', 'reason'])
      .where('brand', '=', 'kassemobil')
      .orderBy('place')
      .execute()
    expect(places).toEqual([
      { call_id: 'first', reason: 'waiting' },
      { call_id: 'other', reason: 'waiting' },
      { call_id: 'second', reason: 'waiting' },
    ])
  })

  it('is read from the journal without a gap, while a line of another brand is still being written', async () => {
    const floor = floorOf(0)
    const before = (await floor.journal({ after: 0, limit: 1_000_000 })).at(-1)?.id ?? 0
    let end = (): void => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    let written = (): void => {}
    const isWritten = new Promise<void>((resolve) => {
      written = resolve
    })
    const slow = inOrder((stores[1] as Database).db, ['rheinnetz'], async (trx) => {
      await note(trx, { kind: 'passed', callId: 'slow', queue: 'rheinnetz.bill', facts: {} }, new Date(START))
      written()
      await ended
    })
    await isWritten
    await floor.join(arrival('quick', 'fuldanetz'), new Date(START))
    const first = floor.journal({ after: before, limit: 10 })
    // Time enough for a reading that waits for nobody.
    for (let n = 0; n < 100; n++) await floor.seen('nobody', new Date(START))
    end()
    const lines = await first
    await slow
    const rest = await floor.journal({ after: lines.at(-1)?.id ?? before, limit: 10 })
    expect([...lines, ...rest].map(({ callId }) => callId)).toEqual(['slow', 'quick'])
  })

  it('is joined and left very often a second', async () => {
    const each = times(40, 1_000)
    const began = performance.now()
    const one = async (n: number): Promise<void> => {
      const floor = floorOf(n)
      for (let i = 0; i < each / 10; i++) {
        const callId = `quick${n}-${i}`
        await floor.join(arrival(callId, BRANDS[n % BRANDS.length] ?? ''), new Date(START))
        await floor.leave(callId, 'hung_up', new Date(START))
      }
    }
    await Promise.all(Array.from({ length: 20 }, (_, n) => one(n)))
    const seconds = (performance.now() - began) / 1000
    const done = Math.round((20 * (each / 10) * 2) / seconds)
    measured('joins and leaves of the queue a second, 3 brands over 20 connections on Postgres', String(done))
  })
})

/** Returns when a connection waits for a lock that this application takes by number. */
async function waitsForLock(db: Database['db']): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`.execute(db)
    if (rows.length > 0) return
  }
}

/** https://en.wikipedia.org/wiki/Linear_congruential_generator, with the numbers of Numerical Recipes. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
