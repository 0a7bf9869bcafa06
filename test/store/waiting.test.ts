import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { newAssignment } from '../../src/floor/assignment.ts'
import type { FloorStore, JournalLine } from '../../src/seams/floor.ts'
import type { Arrival, Waiting } from '../../src/seams/waiting.ts'
import type { Database } from '../../src/store/database.ts'
import { createFloorStore } from '../../src/store/floor/assignments.ts'
import { describeStores } from '../support/stores.ts'

const START = Date.parse('2026-11-22T10:00:00.000Z')
const SECOND = 1000
const HALF_AN_HOUR = 1_800 * SECOND
const at = (ms: number): Date => new Date(START + ms)
const iso = (ms: number): string => at(ms).toISOString()

/** Before the wait of everybody here: the first reports of tickets. */
const LAST_WEEK = -7 * 24 * 3600 * SECOND
const YESTERDAY = -24 * 3600 * SECOND

function arrival(callId: string, topic: string | null = 'bill', more: Partial<Arrival> = {}): Arrival {
  const plain = { callId, brand: 'rheinnetz', queue: `rheinnetz.${topic ?? 'general'}`, topic, language: 'de' }
  return { ...plain, level: 0, since: null, ref: null, ticket: null, ...more }
}

describeStores('the waiting list', (open) => {
  let store: Database
  let waiting: FloorStore
  let before = 0
  beforeAll(async () => {
    store = await open()
    waiting = createFloorStore(store.db)
  })
  beforeEach(async () => {
    await store.db.deleteFrom('queue_place').execute()
    before = (await waiting.journal({ after: 0, limit: 10_000 })).at(-1)?.id ?? 0
  })

  const order = async (ms: number): Promise<string[]> => (await waiting.list(at(ms))).map(({ callId }) => callId)
  /** What was written since the test began. */
  const journal = (): Promise<JournalLine[]> => waiting.journal({ after: before, limit: 1000 })
  const written = async () => (await journal()).map(({ kind, callId, facts }) => [kind, callId, facts.why ?? null])
  /** How many are ahead, by queue and language. */
  const ahead = async (callId: string, ms: number): Promise<Record<string, number>> => {
    const place = await waiting.seen(callId, at(ms))
    const crowds = place?.ahead.map(({ queue, language, callers }) => [`${queue} ${language}`, callers] as const)
    return Object.fromEntries(crowds ?? [['nowhere', 0]])
  }

  it('is empty at first', async () => {
    expect(await waiting.list(at(0))).toEqual([])
    expect(await waiting.seen('a', at(0))).toBeNull()
  })

  it('lists who waits, for what and since when, longest wait first across the queues', async () => {
    await waiting.join(arrival('b'), at(0))
    await waiting.join(arrival('a', 'contract', { language: 'en', level: 1 }), at(1))
    await waiting.join(arrival('c', null), at(2))
    const brand = 'rheinnetz'
    expect(await waiting.list(at(3))).toEqual(
      [
        ...[{ callId: 'b', brand, queue: 'rheinnetz.bill', topic: 'bill', language: 'de', level: 0, since: iso(0) }],
        ...[
          {
            callId: 'a',
            brand,
            queue: 'rheinnetz.contract',
            topic: 'contract',
            language: 'en',
            level: 1,
            since: iso(1),
          },
        ],
        ...[{ callId: 'c', brand, queue: 'rheinnetz.general', topic: null, language: 'de', level: 0, since: iso(2) }],
      ].map((entry) => ({ ...entry, place: entry.since, reason: 'waiting', ticket: null })),
    )
  })

  it('counts those ahead in all queues, by what an agent must take to take them', async () => {
    // One name is the beginning of the other, and both have ten and more callers: neither may count in the other.
    for (let n = 0; n < 12; n++) {
      await waiting.join(arrival(`b${n}`), at(n))
      await waiting.join(arrival(`x${n}`, 'bill_en'), at(n))
    }
    await waiting.join(arrival('english', 'bill', { language: 'en' }), at(12))
    await waiting.join(arrival('elsewhere', null, { brand: 'fuldanetz', queue: 'fuldanetz.general' }), at(13))
    expect(await ahead('b0', 20)).toEqual({})
    expect(await ahead('x0', 20)).toEqual({ 'rheinnetz.bill de': 1 })
    expect(await ahead('b9', 20)).toEqual({ 'rheinnetz.bill de': 9, 'rheinnetz.bill_en de': 9 })
    const all = { 'rheinnetz.bill de': 12, 'rheinnetz.bill_en de': 12, 'rheinnetz.bill en': 1 }
    expect(await ahead('elsewhere', 20)).toEqual(all)
    await waiting.leave('b0', 'hung_up', at(20))
    expect(await ahead('elsewhere', 20)).toEqual({ ...all, 'rheinnetz.bill de': 11 })
    expect((await waiting.seen('x1', at(20)))?.ahead).toEqual(
      expect.arrayContaining([{ brand: 'rheinnetz', queue: 'rheinnetz.bill_en', language: 'de', callers: 1 }]),
    )
  })

  it('tells others the same of a caller led to another queue by a ticket without proof as of a caller without any', async () => {
    const led = { queue: 'rheinnetz.outage', chosen: 'rheinnetz.bill', topic: 'outage', level: 1 as const }
    const heard = async (more: Partial<Arrival>, ms: number) => {
      for (const callId of ['one', 'other']) await waiting.join(arrival(`${callId}${ms}`, 'bill', more), at(ms))
      await waiting.join(arrival(`last${ms}`), at(ms + 1))
      const queues = ['rheinnetz.bill', 'rheinnetz.outage']
      const lengths = await Promise.all(queues.map((queue) => waiting.length(queue, at(ms + 2))))
      const before = await ahead(`last${ms}`, ms + 2)
      await waiting.leave(`one${ms}`, 'taken', at(ms + 10 * SECOND))
      const still = await Promise.all(queues.map((queue) => waiting.pace(queue, at(ms + 20 * SECOND))))
      await waiting.leave(`other${ms}`, 'taken', at(ms + 30 * SECOND))
      await waiting.leave(`last${ms}`, 'hung_up', at(ms + 30 * SECOND))
      const paces = await Promise.all(queues.map((queue) => waiting.pace(queue, at(ms + 30 * SECOND))))
      return { lengths, before, still, paces }
    }
    const plain = await heard({}, 0)
    expect(plain).toEqual({
      lengths: [3, 0],
      before: { 'rheinnetz.bill de': 2 },
      still: [null, null],
      paces: [20, null],
    })
    expect(await heard(led, 2 * HALF_AN_HOUR)).toEqual(plain)
  })

  it('goes by time, and by arrival in the store where the time is the same', async () => {
    await waiting.join(arrival('third'), at(5000))
    await waiting.join(arrival('fourth'), at(5000))
    await waiting.join(arrival('first'), at(-60 * SECOND))
    await waiting.join(arrival('second'), at(4000))
    expect(await order(5000)).toEqual(['first', 'second', 'third', 'fourth'])
    expect(await ahead('third', 5000)).toEqual({ 'rheinnetz.bill de': 2 })
    expect(await ahead('fourth', 5000)).toEqual({ 'rheinnetz.bill de': 3 })
  })

  it('keeps the place of a call that joins again, and its time', async () => {
    await waiting.join(arrival('a'), at(0))
    await waiting.join(arrival('b'), at(1))
    await waiting.join(arrival('a'), at(60 * SECOND))
    expect(await waiting.list(at(60 * SECOND))).toMatchObject([{ callId: 'a', since: iso(0) }, { callId: 'b' }])
    expect(await written()).toEqual([
      ['joined', 'a', null],
      ['joined', 'b', null],
    ])
    // Joining again is a sign of life.
    expect(await order(HALF_AN_HOUR + 2)).toEqual(['a'])
  })

  it('puts a call that joins another queue into that one only, at the end if its wait begins again', async () => {
    await waiting.join(arrival('a'), at(0))
    await waiting.join(arrival('b'), at(1))
    await waiting.join(arrival('c', 'contract'), at(2))
    await waiting.join(arrival('a', 'contract'), at(3))
    expect(await order(4)).toEqual(['b', 'c', 'a'])
    expect(await ahead('a', 4)).toEqual({ 'rheinnetz.bill de': 1, 'rheinnetz.contract de': 1 })
    expect(await ahead('b', 4)).toEqual({})
    expect((await written()).slice(3)).toEqual([
      ['left', 'a', 'moved'],
      ['joined', 'a', null],
    ])
  })

  it('lets the wait of a call that comes back go on from its beginning', async () => {
    await waiting.join(arrival('b'), at(1))
    await waiting.join(arrival('a', 'bill', { since: iso(0) }), at(600 * SECOND))
    await waiting.seen('b', at(100 * SECOND))
    expect(await waiting.list(at(600 * SECOND))).toMatchObject([
      { callId: 'a', since: iso(0), place: iso(0), reason: 'returned' },
      { callId: 'b', reason: 'waiting' },
    ])
    await waiting.join(arrival('c'), at(600 * SECOND))
    expect(await order(600 * SECOND)).toEqual(['a', 'b', 'c'])
  })

  it('lets go of a call once and for all, however often it leaves, and writes down why', async () => {
    await waiting.leave('never there', 'hung_up', at(0))
    await waiting.join(arrival('a'), at(0))
    await waiting.join(arrival('b'), at(1))
    await waiting.leave('a', 'taken', at(2))
    await waiting.leave('a', 'hung_up', at(2))
    expect(await waiting.seen('a', at(2))).toBeNull()
    expect(await order(2)).toEqual(['b'])
    await waiting.join(arrival('a'), at(3))
    expect(await order(3)).toEqual(['b', 'a'])
    await waiting.leave('b', 'hung_up', at(4))
    expect(await written()).toEqual([
      ['joined', 'a', null],
      ['joined', 'b', null],
      ['left', 'a', 'taken'],
      ['joined', 'a', null],
      ['left', 'b', 'hung_up'],
    ])
    expect((await journal()).at(-1)).toMatchObject({ at: iso(4), queue: 'rheinnetz.bill' })
  })

  it('remembers what was told, and when', async () => {
    await waiting.join(arrival('a'), at(0))
    expect(await waiting.seen('a', at(1))).toEqual({ ahead: [], byTicket: false, replaced: false, told: null })
    for (const as of [1, 7, 'soon', 'hold'] as const) {
      await waiting.told('a', as, at(2))
      expect((await waiting.seen('a', at(3)))?.told).toEqual({ at: iso(2), as })
    }
    // In another queue it is another place.
    await waiting.join(arrival('a', 'contract'), at(6))
    expect((await waiting.seen('a', at(7)))?.told).toBeNull()
  })

  it('keeps why a wait ends until the caller is out of the queue, and forgets it where they wait on', async () => {
    expect(await waiting.ends('nobody-at-all', 'longest')).toBe(false)
    await waiting.join(arrival('ending'), at(0))
    expect(await waiting.endOf('ending')).toBeNull()
    expect(await waiting.ends('ending', 'nobody')).toBe(true)
    expect(await waiting.endOf('ending')).toBe('nobody')
    // Back in the same queue, at the old place.
    await waiting.join(arrival('ending'), at(1))
    expect(await waiting.endOf('ending')).toBeNull()
    await waiting.ends('ending', 'key')
    await waiting.leave('ending', 'moved', at(2))
    expect(await waiting.endOf('ending')).toBeNull()
  })

  it('names those not heard since, the longest first and the given ones last, until the network vouches for them', async () => {
    for (const [n, call] of ['a', 'b', 'c', 'd'].entries()) await waiting.join(arrival(call), at(n))
    const unheard = (most: number, last: string[] = []) => waiting.unheard(at(3), most, last)
    expect([await unheard(2), await unheard(5)]).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
    ])
    expect([await unheard(2, ['a']), await unheard(5, ['a', 'b'])]).toEqual([
      ['b', 'c'],
      ['c', 'a', 'b'],
    ])
    await waiting.vouchFor(['a'], at(4))
    expect(await unheard(5)).toEqual(['b', 'c'])
  })

  describe('a ticket', () => {
    const OPEN = '7000000001'
    const CLOSED = '7000000002'
    const OTHER = '7000000003'
    const MERGED = '7000000004'
    beforeAll(async () => {
      const account = { brand: 'rheinnetz', name: 'A', birth_date: null, language: 'de' }
      const refs = ['account-of-hanna', 'account-of-jonas', 'account-of-other']
      await store.db
        .insertInto('account')
        .values(refs.map((ref, n) => ({ ...account, ref, customer_number: `40000000${n}` })))
        .execute()
      const ticket = { brand: 'rheinnetz', topic: 'bill', open: true }
      await store.db
        .insertInto('ticket')
        .values([
          { ...ticket, number: OPEN, ref: 'account-of-hanna', reported_at: at(YESTERDAY) },
          { ...ticket, number: CLOSED, ref: 'account-of-jonas', reported_at: at(LAST_WEEK), open: false },
          { ...ticket, number: OTHER, ref: 'account-of-other', topic: 'contract', reported_at: at(LAST_WEEK) },
          {
            ...{ ...ticket, number: MERGED, ref: 'account-of-hanna', reported_at: at(LAST_WEEK) },
            ...{ open: false, merged_into: OPEN },
          },
        ])
        .execute()
    })

    const placed = async (callId: string): Promise<Waiting | undefined> =>
      (await waiting.list(at(2))).find((entry) => entry.callId === callId)

    it('of the topic, open, of the account that was proved gives the time of its first report', async () => {
      await waiting.join(arrival('early'), at(0))
      await waiting.join(arrival('late', 'bill', { level: 2, ref: 'account-of-hanna' }), at(1))
      expect(await order(2)).toEqual(['late', 'early'])
      expect(await placed('late')).toMatchObject({
        since: iso(1),
        place: iso(YESTERDAY),
        reason: 'ticket',
        ticket: OPEN,
      })
      expect(await waiting.seen('late', at(2))).toMatchObject({ ahead: [], byTicket: true })
      expect(await waiting.seen('early', at(2))).toMatchObject({ ahead: [{ callers: 1 }], byTicket: false })
      expect(await journal()).toMatchObject([
        { callId: 'early', facts: { reason: 'waiting', place: iso(0) } },
        { callId: 'late', facts: { reason: 'ticket', place: iso(YESTERDAY), since: iso(1) } },
      ])
    })

    it.each([
      ['that is closed', 'account-of-jonas', 'bill'],
      ['of another topic', 'account-of-other', 'bill'],
      ['of another topic than the one this queue is for', 'account-of-hanna', 'contract'],
      ['of any topic in the general queue', 'account-of-hanna', null],
    ])('%s gives nothing', async (_, ref, topic) => {
      await waiting.join(arrival('early', topic), at(0))
      await waiting.join(arrival('late', topic, { level: 2, ref }), at(1))
      expect(await order(2)).toEqual(['early', 'late'])
      expect(await placed('late')).toMatchObject({ place: iso(1), reason: 'waiting', ticket: null })
    })

    it('whose number was keyed gives the time too, as long as it is open and of the topic', async () => {
      await waiting.join(arrival('early'), at(0))
      await waiting.join(arrival('open', 'bill', { level: 1, ticket: OPEN }), at(1))
      await waiting.join(arrival('closed', 'bill', { level: 1, ticket: CLOSED }), at(1))
      await waiting.join(arrival('other', 'bill', { level: 1, ticket: OTHER }), at(1))
      await waiting.join(arrival('unknown', 'bill', { level: 1, ticket: '7999999999' }), at(1))
      expect(await order(2)).toEqual(['open', 'early', 'closed', 'other', 'unknown'])
      expect(await placed('open')).toMatchObject({ reason: 'ticket', ticket: OPEN })
    })

    it('that was merged into another gives the time of that one', async () => {
      await waiting.join(arrival('early'), at(0))
      await waiting.join(arrival('merged', 'bill', { level: 1, ticket: MERGED }), at(1))
      await waiting.join(arrival('elsewhere', 'contract', { level: 1, ticket: MERGED }), at(1))
      expect(await placed('merged')).toMatchObject({ place: iso(YESTERDAY), reason: 'ticket', ticket: OPEN })
      expect(await placed('elsewhere')).toMatchObject({ place: iso(1), reason: 'waiting', ticket: null })
    })

    it('of a number of another brand gives nothing', async () => {
      const elsewhere = { brand: 'fuldanetz', queue: 'fuldanetz.bill', ticket: OPEN }
      await waiting.join(arrival('late', 'bill', { ...elsewhere, level: 1 }), at(1))
      expect(await placed('late')).toMatchObject({ place: iso(1), reason: 'waiting' })
    })

    it('gives no worse place than the wait itself', async () => {
      const since = iso(LAST_WEEK - SECOND)
      await waiting.join(arrival('a', 'bill', { level: 2, ref: 'account-of-hanna', since }), at(1))
      expect(await placed('a')).toMatchObject({ place: since, reason: 'returned', ticket: OPEN })
    })

    it('is kept out of the place told to a caller who has not proved who they are', async () => {
      await waiting.join(arrival('early'), at(0))
      await waiting.join(arrival('keyed', 'bill', { level: 1, ticket: OPEN }), at(1))
      expect(await order(2)).toEqual(['keyed', 'early'])
      expect(await waiting.seen('keyed', at(2))).toMatchObject({ ahead: [{ callers: 1 }], byTicket: false })
    })

    it('is kept out of what anybody else is told, when its number was keyed without proof', async () => {
      await waiting.join(arrival('early', 'contract'), at(0))
      await waiting.join(arrival('proved', 'contract', { level: 2, ref: 'account-of-jonas' }), at(1))
      const before = await Promise.all(['early', 'proved'].map((call) => ahead(call, 2)))
      await waiting.join(arrival('keyed', 'bill', { level: 1, ticket: OPEN }), at(3))
      expect(await order(4)).toEqual(['keyed', 'early', 'proved'])
      expect(await Promise.all(['early', 'proved'].map((call) => ahead(call, 4)))).toEqual(before)
    })
  })

  describe('a second call of one customer about one matter', () => {
    const hanna = { level: 2, ref: 'account-of-hanna' } as const

    it('takes over the place of the first, which waits at the end', async () => {
      await waiting.join(arrival('first', 'order', hanna), at(0))
      await waiting.join(arrival('between', 'order'), at(1))
      await waiting.told('first', 1, at(1))
      await waiting.join(arrival('second', 'order', hanna), at(2))
      expect(await waiting.list(at(3))).toMatchObject([
        { callId: 'second', since: iso(2), place: iso(0), reason: 'returned' },
        { callId: 'between' },
        { callId: 'first', since: iso(2), place: iso(2), reason: 'replaced' },
      ])
      expect(await waiting.seen('first', at(3))).toMatchObject({ replaced: true, told: null })
      expect(await waiting.seen('second', at(3))).toMatchObject({ ahead: [], replaced: false })
      expect((await written()).slice(2)).toEqual([
        ['left', 'first', 'moved'],
        ['joined', 'first', null],
        ['joined', 'second', null],
      ])
    })

    it('takes back what the first was told of its place, also where another server is about to write it', async () => {
      await waiting.join(arrival('first', 'order', hanna), at(0))
      await waiting.join(arrival('other', 'order'), at(1))
      const other = createFloorStore(store.db)
      await other.told('first', 1, at(1))
      await other.told('other', 2, at(1))
      await waiting.join(arrival('second', 'order', hanna), at(2))
      // Written together: once the one is there, so would be the other.
      const isWritten = async () => (await waiting.seen('other', at(3)))?.told?.as === 2
      while (!(await isWritten())) await new Promise((done) => setTimeout(done, 20))
      expect(await waiting.seen('first', at(3))).toMatchObject({ replaced: true, told: null })
    })

    it.each([
      ['of another customer', { ...hanna, ref: 'account-of-jonas' }, 'order'],
      ['about another matter', hanna, 'contract'],
      ['in the general queue', hanna, null],
      ['that has proved nothing', { level: 1, ref: null }, 'order'],
    ] as const)('%s is another one', async (_, second, topic) => {
      await waiting.join(arrival('first', topic === null ? null : 'order', hanna), at(0))
      await waiting.join(arrival('second', topic, second), at(1))
      expect(await waiting.list(at(2))).toMatchObject([
        { callId: 'first', reason: 'waiting' },
        { callId: 'second', reason: 'waiting', place: iso(1) },
      ])
    })

    it('has one place in front however many there are, and none is lost', async () => {
      await waiting.join(arrival('other', 'order'), at(1))
      for (const [n, call] of ['a', 'b', 'c', 'd'].entries())
        await waiting.join(arrival(call, 'order', hanna), at(n * 10))
      expect(await order(100)).toEqual(['d', 'other', 'a', 'b', 'c'])
    })

    it('waits behind the first while a phone rings for that', async () => {
      await waiting.join(arrival('first', 'order', hanna), at(0))
      const skills = { agent: 'anna', brands: ['rheinnetz'], topics: ['order'], languages: ['de'] }
      const make = (place: Parameters<Parameters<FloorStore['offer']>[2]>[0]) =>
        newAssignment({ ...place, id: 'rings', agent: 'anna', from: null }, iso(1), { ringMs: 20_000 })
      await waiting.offer(skills, null, make, at(1))
      await waiting.join(arrival('second', 'order', hanna), at(2))
      expect(await order(3)).toEqual(['first', 'second'])
    })
  })

  describe('a caller unseen for half an hour', () => {
    beforeEach(async () => {
      await waiting.join(arrival('gone'), at(0))
      await waiting.join(arrival('here'), at(1))
      await waiting.seen('here', at(90 * SECOND))
    })

    it('is still in line a moment before', async () => {
      expect(await order(HALF_AN_HOUR - 1)).toEqual(['gone', 'here'])
      expect(await ahead('here', HALF_AN_HOUR - 1)).toEqual({ 'rheinnetz.bill de': 1 })
    })

    it('is not listed, and that is written down', async () => {
      expect(await order(HALF_AN_HOUR)).toEqual(['here'])
      expect((await written()).slice(2)).toEqual([['left', 'gone', 'unseen']])
    })

    it('holds nobody up', async () => {
      expect(await ahead('here', HALF_AN_HOUR)).toEqual({})
    })

    it('is in no queue when seen again, and stays out', async () => {
      expect(await waiting.seen('gone', at(HALF_AN_HOUR))).toBeNull()
      expect(await waiting.seen('gone', at(HALF_AN_HOUR + 1))).toBeNull()
      expect(await order(HALF_AN_HOUR + 1)).toEqual(['here'])
    })

    it('gets a new place by joining again, though nobody looked in between', async () => {
      await waiting.join(arrival('gone'), at(HALF_AN_HOUR))
      expect(await waiting.list(at(HALF_AN_HOUR))).toMatchObject([
        { callId: 'here', since: iso(1) },
        { callId: 'gone', since: iso(HALF_AN_HOUR) },
      ])
      expect((await written()).slice(2)).toEqual([
        ['left', 'gone', 'unseen'],
        ['joined', 'gone', null],
      ])
    })
  })

  it('gives 200 who arrive at once one order, and the journal has it', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `call ${n}`)
    await Promise.all(ids.map((id, n) => waiting.join(arrival(id, n % 2 === 0 ? 'bill' : 'contract'), at(0))))
    const line = await order(1000)
    expect([...line].sort()).toEqual([...ids].sort())
    expect((await journal()).map(({ kind, callId }) => [kind, callId])).toEqual(line.map((id) => ['joined', id]))
    const seen = await Promise.all(line.map((id) => waiting.seen(id, at(1000))))
    const counted = seen.map((place) => place?.ahead.reduce((sum, { callers }) => sum + callers, 0))
    expect(counted).toEqual(line.map((_, n) => n))
  })
})
