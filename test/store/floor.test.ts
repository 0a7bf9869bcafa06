import { beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { newAssignment } from '../../src/floor/assignment.ts'
import type { DurableEvent } from '../../src/seams/events.ts'
import type { Assignment, FloorStore } from '../../src/seams/floor.ts'
import type { Arrival } from '../../src/seams/waiting.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createFloorStore } from '../../src/store/floor/assignments.ts'
import { createDayFigures } from '../../src/store/floor/day-figures.ts'
import { describeStores } from '../support/stores.ts'

const START = Date.parse('2026-11-25T10:00:00.000Z')
const at = (seconds: number): Date => new Date(START + seconds * 1000)
const skills = { agent: 'anna', brands: ['rheinnetz'], topics: ['bill', 'general'], languages: ['de'] }

let calls = 0
const arrival = (queue = 'rheinnetz.bill', other: Partial<Arrival> = {}): Arrival => {
  calls += 1
  const topic = queue.split('.')[1] ?? null
  const unknown = { language: 'de', level: 0 as const, since: null, ref: null, ticket: null }
  return {
    callId: `call ${calls}`,
    brand: 'rheinnetz',
    queue,
    topic: topic === 'general' ? null : topic,
    ...unknown,
    ...other,
  }
}

describeStores('the floor in the store', (open) => {
  let database: Database
  let store: FloorStore
  beforeAll(async () => {
    database = await open()
    store = createFloorStore(database.db)
  })

  let made = 0
  const offerTo = (agent: string, moment: Date, callId: string | null = null) =>
    store.offer(
      { ...skills, agent },
      callId,
      (place) => {
        made += 1
        return newAssignment({ ...place, id: `assignment ${made}`, agent, from: null }, moment.toISOString(), {
          ringMs: 20_000,
        })
      },
      moment,
    )
  const over = async (assignment: Assignment): Promise<void> => {
    const next = {
      ...assignment,
      version: assignment.version + 1,
      state: 'over' as const,
      endedBy: 'no_answer' as const,
    }
    expect(await store.save([next])).toBe(true)
  }

  it('offers each caller to one of fifty agents who ask at the same moment, and keeps the order', async () => {
    const waiting = Array.from({ length: 20 }, () => arrival())
    for (const [index, one] of waiting.entries()) await store.join(one, at(index))
    const agents = Array.from({ length: 50 }, (_, index) => `agent${index}`)
    const offers = await Promise.all(agents.map((agent) => offerTo(agent, at(60))))
    const given = offers.filter((offer) => typeof offer === 'object')
    expect(new Set(given.map(({ callId }) => callId))).toEqual(new Set(waiting.map(({ callId }) => callId)))
    expect(offers.filter((offer) => offer === 'none')).toHaveLength(30)
    const [first] = given
    if (!first) throw new Error('nobody was offered')
    expect(await offerTo(first.agent, at(61))).toBe('busy')
    expect(await offerTo('another', at(61), first.callId)).toBe('taken')
    for (const one of given) await over(one)
    for (const { callId } of waiting) await store.leave(callId, 'hung_up', at(62))
  })

  it('saves a change over the version it was made from, and no other', async () => {
    const one = arrival()
    await store.join(one, at(100))
    const offered = await offerTo('anna', at(101))
    if (typeof offered === 'string') throw new Error(offered)
    const next = { ...offered, version: 2, legId: 'a leg' }
    expect(await Promise.all([store.save([next]), store.save([{ ...next, legId: 'another' }])])).toEqual(
      expect.arrayContaining([true, false]),
    )
    expect(await store.save([{ ...next, state: 'over', endedBy: 'no_answer' }])).toBe(false)
    await store.save([{ ...next, version: 3, state: 'over', endedBy: 'no_answer' }], {
      away: { agent: 'anna', because: 'no_answer' },
    })
    expect(await store.presences()).toMatchObject([{ agent: 'anna', presence: 'away', because: 'no_answer' }])
    await store.leave(one.callId, 'taken', at(130))
  })

  it('counts who waits in a queue: neither those of others, nor those who have not been heard of', async () => {
    const queue = 'rheinnetz.contract'
    const [one, other] = [arrival(queue), arrival(queue)]
    await store.join(one, at(200))
    await store.join(other, at(350))
    expect([await store.length(queue, at(360)), await store.length('rheinnetz.join', at(360))]).toEqual([2, 0])
    expect(await store.length(queue, at(200 + 1_800))).toBe(1)
    await store.leave(other.callId, 'hung_up', at(2_010))
    expect(await store.length(queue, at(2_010))).toBe(0)
    await store.leave(one.callId, 'hung_up', at(2_010))
  })

  it('draws a ticket number again where it is taken, and writes note and assignment in one step', async () => {
    const { db } = database
    const person = { name: 'Test Person', birth_date: null, language: 'de' }
    const refs = ['account-of-hanna', 'account-of-jonas']
    await db
      .insertInto('account')
      .values(refs.map((ref, n) => ({ ...person, ref, brand: 'rheinnetz', customer_number: `1000000${n}` })))
      .execute()
    const notes = () =>
      db
        .selectFrom('note')
        .innerJoin('ticket', (on) =>
          on.onRef('ticket.brand', '=', 'note.brand').onRef('ticket.number', '=', 'note.ticket'),
        )
        .select(['ticket.ref', 'ticket.number', 'note.text', 'ticket.open'])
        .orderBy('note.id')
        .execute()
    const one = arrival()
    await store.join(one, at(140))
    let assignment = await offerTo('anna', at(141))
    if (typeof assignment === 'string') throw new Error(assignment)
    const change = async (ref: string, text: string, numbers: string[], close = false): Promise<boolean> => {
      if (typeof assignment === 'string') throw new Error(assignment)
      const next = { ...assignment, version: assignment.version + 1, talked: true, state: 'wrap_up' as const }
      const of = { assignment: next.id, callId: next.callId, brand: 'rheinnetz', ref, topic: 'bill', at: at(142) }
      const written = { text, goesTo: null, closes: close }
      const newNumber = () => numbers.shift() ?? 'none left'
      const saved = await store.save([next], {
        leaving: { ...of, author: 'anna', agent: 'Anna', written, newNumber },
      })
      if (saved) assignment = next
      return saved
    }
    expect(await change('account-of-hanna', 'first', ['4711'])).toBe(true)
    expect(await change('account-of-jonas', 'second', ['4711', '4711', '4712'])).toBe(true)
    expect(await change('account-of-hanna', 'third', [], true)).toBe(true)
    const stale = assignment
    expect(await change('account-of-hanna', '', ['4713'])).toBe(true)
    assignment = stale
    expect(await change('account-of-hanna', 'of a change that came too late', ['4714'])).toBe(false)
    expect(await notes()).toEqual([
      { ref: 'account-of-hanna', number: '4711', text: 'first', open: false },
      { ref: 'account-of-jonas', number: '4712', text: 'second', open: true },
      { ref: 'account-of-hanna', number: '4711', text: 'third', open: false },
    ])
    await store.leave(one.callId, 'taken', at(150))
  })

  it('keeps its journal: nothing in it is changed or taken out', async () => {
    const { db } = database
    for (const change of [
      sql`UPDATE queue_journal SET queue = 'other.queue'`,
      sql`DELETE FROM queue_journal`,
      sql`TRUNCATE queue_journal`,
    ])
      await expect(change.execute(db)).rejects.toThrow('only ever appended')
  })

  it('forgets who has been away for a shift, and nobody who is available or has just gone', async () => {
    await store.setPresence('yesterday', 'away', 'signed_out', at(0))
    await store.setPresence('at-work', 'available', null, at(0))
    await store.setPresence('just-gone', 'away', null, at(61))
    await store.forgetAway(at(60))
    const kept = (await store.presences()).map(({ agent }) => agent)
    expect(kept).toEqual(expect.arrayContaining(['at-work', 'just-gone']))
    expect(kept).not.toContain('yesterday')
  })

  it('sums up the day by queue and brand, and says how fast a queue moves', async () => {
    const { db } = database
    const day = createDayFigures(db)
    const events = createEventLog(db)
    for (const [index, wait] of [30, 60, 90].entries()) {
      const one = arrival('rheinnetz.outage')
      await store.join(one, at(1000 + index * 100))
      await store.leave(one.callId, 'taken', at(1000 + index * 100 + wait))
    }
    const lost = arrival('rheinnetz.outage')
    await store.join(lost, at(1400))
    await store.leave(lost.callId, 'hung_up', at(1500))
    const [outage] = (await day.queues(at(999), at(2000))).filter(({ queue }) => queue === 'rheinnetz.outage')
    expect(outage).toEqual({ queue: 'rheinnetz.outage', taken: 3, abandoned: 1, medianWait: 60, longestWait: 100 })
    // Three were taken at 1030, 1160 and 1290 s.
    expect(await store.pace('rheinnetz.outage', at(1500))).toBeCloseTo(130)
    expect(await store.pace('rheinnetz.join', at(1500))).toBeNull()
    // Somebody has waited since 1500 s, and nobody is taken: at 2000 s the queue has stood still for 500 s.
    const stuck = arrival('rheinnetz.outage')
    await store.join(stuck, at(1500))
    expect(await store.pace('rheinnetz.outage', at(1600))).toBeCloseTo(130)
    expect(await store.pace('rheinnetz.outage', at(2000))).toBeCloseTo(500)
    await store.leave(stuck.callId, 'hung_up', at(2000))

    const now = new Date()
    const fact = (kind: DurableEvent['kind'], callId: string, facts: DurableEvent['facts']) =>
      events.append({ kind, callId, brand: 'rheinnetz', ref: null, actor: 'caller', facts })
    await fact('hand_off', 'x', { level: 0, outcome: 'no_pin', needs: 2 })
    for (const act of ['begin', 'begin', 'begin']) await fact('check', 'x', { act })
    await fact('check', 'x', { act: 'end', outcome: 'refused' })
    await fact('check', 'x', { act: 'end', outcome: 'verified' })
    await fact('hand_off', 'x', { level: 2, outcome: 'verified', needs: 2 })
    await fact('end', 'x', { level: 2, needs: 2 })
    await fact('hand_off', 'y', { level: 0, outcome: 'refused', needs: 2 })
    // Verified of their own accord, for a topic that needs none; gave up at the PIN; chose no topic.
    await fact('hand_off', 'z', { level: 2, outcome: 'verified', needs: 0 })
    await fact('end', 'w', { level: 1, outcome: 'silent', needs: 2 })
    await fact('end', 'v', { level: 0, outcome: 'not_needed', needs: null })
    for (const [callId, why] of [
      ['v', 'closed'],
      ['u', 'closed'],
      ['w', 'full'],
      ['w', 'full'],
    ] as const)
      await fact('turned_away', callId, { why })
    for (const why of ['key', 'longest']) await fact('unserved', 'y', { why, queue: 'rheinnetz.bill' })
    await fact('unserved', 'z', { why: 'nobody', queue: 'rheinnetz.bill' })
    for (let tries = 0; tries < 2; tries++) await fact('verify', 'y', { result: 'locked' })
    expect(await day.brand('rheinnetz', new Date(now.getTime() - 60_000), new Date(now.getTime() + 60_000))).toEqual({
      calls: 6,
      handedOff: 3,
      needed: 3,
      verified: 1,
      checks: 3,
      checksPassed: 1,
      turnedAway: 1,
      outOfHours: 2,
      unserved: 2,
      outcomes: { verified: 2, refused: 1 },
      locks: 1,
    })
  })
})
