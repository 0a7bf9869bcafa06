/** What each kind of turn asks of the stores, against the table of docs/counts.md: on embedded and on real ones alike. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { Secret } from '../../src/auth/secret.ts'
import type { Floor } from '../../src/floor/floor.ts'
import { createLog } from '../../src/log/log.ts'
import type { Telephony } from '../../src/seams/telephony.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { countWork, type Work, type WorkCounter } from '../support/counted-work.ts'
import { agentsOf, anna, floorOver, noNetwork } from '../support/floor.ts'
import { describeRedis } from '../support/live-stores.ts'
import { type PhoneCall, phone } from '../support/phone-call.ts'
import { sharedPostgres } from '../support/postgres.ts'
import { ceilings } from './ceilings.ts'

const HANNA = { number: '407182632', pin: '4826' }

/** Of a brand that lets callers change their PIN. */
const RESI = { number: '53062941', pin: '4683' }
const NEW = '8264'

/** Agents' phones ring, and nobody answers. */
const ringing: Telephony = { ...noNetwork, ring: async () => ({ legId: `CA${'a'.repeat(32)}` }) }

/** What all who wait in the same second read once, or are written with. */
const isShared = (text: string): boolean => /from "?(agent|presence|assignment)\b|AS told \(call_id/i.test(text)

interface Place {
  waiting: number
  desks: number
}

interface Stage {
  app: TestApp
  floor: Floor
  counter: WorkCounter
}

async function open(stores: { database: string; redis?: string }): Promise<Stage> {
  const app = await openApp({ ...stores, customers: 'cheap', limits: true })
  const log = createLog({ level: 'fatal' })
  const floor = floorOver(app.deps, log, { agents: agentsOf([anna]), telephony: ringing })
  return { app, floor, counter: countWork(app.deps.live) }
}

async function close({ app, floor, counter }: Stage): Promise<void> {
  counter.stop()
  await floor.close()
  await app.close()
}

/** So many others who have waited for an hour for another topic, and desks that take another one. */
async function fill({ app }: Stage, { waiting, desks }: Place): Promise<void> {
  const now = app.clock.now()
  const { db } = app.deps.database
  await sql`DELETE FROM queue_place`.execute(db)
  await sql`DELETE FROM presence`.execute(db)
  await sql`DELETE FROM pin_state`.execute(db)
  await sql`
    INSERT INTO queue_place (call_id, brand, queue, topic, language, level, since, place, reason, arrival, seen)
    SELECT 'CA' || 'f' || lpad(to_hex(n), 31, '0'), 'rheinnetz', 'rheinnetz.outage', 'outage', 'de', 0,
      ${now}::timestamptz - interval '1 hour', ${now}::timestamptz - interval '1 hour', 'waiting', n, ${now}
    FROM generate_series(1, ${waiting}::integer) AS n`.execute(db)
  await sql`
    INSERT INTO presence (agent, presence, since)
    SELECT 'desk' || n, 'available', ${now} FROM generate_series(1, ${desks}::integer) AS n`.execute(db)
}

/** A caller of another brand who has proved themselves, asked for a new PIN: as from the start, whatever was counted before. */
async function toNewPin(app: TestApp): Promise<PhoneCall> {
  const { db } = app.deps.database
  const ofResi = sql`brand = 'alpenfunk' AND ref = (SELECT ref FROM account WHERE brand = 'alpenfunk' AND customer_number = ${RESI.number})`
  await sql`DELETE FROM verifier WHERE ${ofResi}`.execute(db)
  await sql`DELETE FROM past_secret WHERE ${ofResi}`.execute(db)
  await app.deps.pinChoice.order(await resi(app), 'pin', new Secret(RESI.pin), { actor: 'test' }, app.clock.now())
  const call = phone(app, { brand: 'alpenfunk' })
  await call.ring()
  await call.key('3')
  await call.key(RESI.number)
  await call.key(RESI.pin)
  return call
}

async function resi({ deps, clock }: TestApp): Promise<{ brand: string; ref: string }> {
  const asked = { brand: 'alpenfunk', value: RESI.number, kinds: ['customer_number' as const] }
  const found = await deps.source.find(asked, clock.now())
  if (found.kind !== 'found') throw new Error('Resi is gone')
  return { brand: 'alpenfunk', ref: found.account.ref }
}

/** Every kind of turn once, in the order in which calls have them. */
async function work({ app, floor, counter }: Stage): Promise<Record<string, Work>> {
  const done: Record<string, Work> = {}
  const count = async (turn: string, act: () => Promise<unknown>, isOther?: (text: string) => boolean) => {
    done[turn] = await counter.during(act, isOther)
  }
  const rheinnetz = (): PhoneCall => phone(app, { brand: 'rheinnetz', from: '+491713920099' })
  // Notices and special hours are read once in half a minute for all calls.
  const call = rheinnetz()
  await call.ring()
  await call.key('1')
  const second = rheinnetz()
  await count('ring', () => second.ring())
  await count('key', () => second.key('1'))
  await count('entry that does not fit', () => second.key('77'))
  await count('number', () => second.key(HANNA.number))
  await count('PIN that is wrong', () => second.key('1111'))
  await count('PIN with enqueue', () => second.key(HANNA.pin))
  await count('wait, with news', () => second.wait(), isShared)
  await count('wait', () => second.wait(), isShared)
  await count('hang-up of who waits', () => second.hangUp())
  await call.key(HANNA.number)
  await call.key(HANNA.pin)
  await count('take', () => floor.take('anna', null))
  await count('hang-up while an agent is rung', () => floor.callerEnded(call.sid))
  const changing = await toNewPin(app)
  await count('new PIN', () => changing.key(NEW))
  await count('new PIN again, another', () => changing.key('8265'))
  await changing.key('1111')
  await count('new PIN again, refused', () => changing.key('1111'))
  await changing.key(NEW)
  await count('new PIN again', () => changing.key(NEW))
  const third = rheinnetz()
  await third.toPin(HANNA.number)
  await third.key(HANNA.pin)
  await count('end of a talk', () => third.returned('bridged'))
  await count('hang-up', () => third.hangUp())
  await floor.sweep()
  await count('sweep while somebody waits', () => floor.sweep())
  await sql`DELETE FROM queue_place`.execute(app.deps.database.db)
  await count('sweep while nobody waits', () => floor.sweep())
  return done
}

/** Statements, rows and commands are exactly those of the table; a ceiling of bytes far above what is there would hold nothing. */
function against(done: Record<string, Work>): void {
  const told = ceilings()
  const counted = Object.entries(done).map(([turn, { bytes, ...work }]) => {
    const most = told.get(turn)?.bytes ?? 0
    return [turn, { ...work, bytes: bytes <= most && bytes * 2 >= most ? most : bytes }]
  })
  expect(counted).toEqual([...told])
}

describe('the work of a turn, embedded', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await open({ database: 'memory:' })
  })
  afterAll(() => close(stage))

  it('is what docs/counts.md says', async () => {
    await fill(stage, { waiting: 10, desks: 1 })
    against(await work(stage))
  })
})

describeRedis('the work of a turn, on Postgres and', (redis) => {
  let stage: Stage
  let stop = async (): Promise<void> => {}
  beforeAll(async () => {
    const postgres = await sharedPostgres()
    stop = postgres.stop
    stage = await open({ database: await postgres.createDatabase({ migrated: true }), redis: redis().url })
  })
  afterAll(async () => {
    await close(stage)
    await stop()
  })

  it('is what docs/counts.md says', async () => {
    await fill(stage, { waiting: 10, desks: 1 })
    against(await work(stage))
  })

  it('is the same where 5,000 wait, and with 200 desks', async () => {
    const desks = 200
    await fill(stage, { waiting: 5_000, desks })
    const done = await work(stage)
    // Every desk that is free is looked at while somebody waits who is taken by none of them.
    const sweep = done['sweep while somebody waits'] as Work
    sweep.rows -= desks - 1
    against(done)
  })
})
