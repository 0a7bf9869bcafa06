/** Tickets merged, reopened and taken back at the desk, the name confirmed, and where keyed numbers of such tickets lead. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { TicketWish } from '../../src/floor/view.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { addTickets } from '../../src/store/tickets.ts'
import { emptied, talking } from '../support/floor-scenes.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'

/** Of another customer of the brand of those who are verified here. */
const FOREIGN = '7100999993'

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
  const reportedAt = new Date('2026-11-20T10:00:00.000Z')
  const ticket = { brand: 'rheinnetz', number: FOREIGN, customerNumber: '519038476', topic: 'outage', reportedAt }
  await addTickets(stand.deps.database.db, [{ ...ticket, open: true }])
})
afterAll(() => stand.close())
afterEach(async () => {
  for (const name of ['anna', 'ben', 'sam']) await stand.floor.setPresence(name, 'away')
  await emptied(stand)
})

async function talk(ring: () => Promise<Handset>): Promise<{ caller: Handset; id: string }> {
  const caller = await ring()
  await stand.until('they wait', () => caller.view().state === 'waiting')
  return { caller, id: (await talking(stand, 'anna', caller)).id }
}
const tickets = async (name = 'anna') => (await stand.view(name)).assignment?.context?.tickets ?? []
const eventsOf = async ({ callSid }: Handset, wanted: string) =>
  (await stand.deps.events.read({ callId: callSid, limit: 1_000 }))
    .filter(({ kind }) => kind === wanted)
    .map(({ actor, facts }) => [actor, facts])

describe('of a verified caller', () => {
  it('tickets are merged, taken apart, closed and reopened, and the desk shows each', async () => {
    const { caller, id } = await talk(() => stand.verified())
    const act = (wish: TicketWish, agent = 'anna') => stand.floor.ticket(agent, id, wish)
    for (const topic of ['bill', 'outage']) expect(await act({ open: topic })).toEqual({ done: true })
    const shown = (merged: number, open: number) =>
      stand.until('it is shown', async () => {
        const all = await tickets()
        return (
          all.flatMap((one) => one.merged).length === merged && all.filter((one) => one.open).length === open && all
        )
      })
    const open = await shown(0, 2)
    const of = (topic: string) => open.find((one) => one.topic === topic && one.open)?.number ?? ''
    const [bill, outage] = [of('bill'), of('outage')]
    expect(await act({ merge: outage, into: FOREIGN })).toEqual({ refused: 'not_found' })
    expect(await act({ merge: FOREIGN, into: bill })).toEqual({ refused: 'not_found' })
    expect(await act({ merge: outage, into: bill }, 'ben')).toEqual({ refused: 'not_found' })
    expect(await act({ merge: outage, into: bill })).toEqual({ done: true })
    const merged = (await shown(1, 1)).find(({ number }) => number === bill)
    expect(merged).toMatchObject({ merged: [{ number: outage, topic: 'outage' }], reports: [{ channel: 'phone' }, {}] })
    expect(await act({ undo: outage })).toEqual({ done: true })
    await shown(0, 2)
    await act({ close: outage })
    await act({ open: 'outage' })
    await shown(0, 2)
    expect(await act({ reopen: outage })).toEqual({ refused: 'matter_open' })
    expect(await act({ reopen: FOREIGN })).toEqual({ refused: 'not_found' })
    await act({ close: bill })
    expect(await act({ reopen: bill })).toEqual({ done: true })
    expect((await shown(0, 2)).find(({ number }) => number === bill)).toMatchObject({ open: true, reopened: true })
    expect(await act({ undo: bill })).toEqual({ done: true })
    await shown(0, 1)
    expect((await eventsOf(caller, 'ticket')).map(([actor, facts]) => [actor, (facts as { act: string }).act])).toEqual(
      ['open', 'open', 'merge', 'undo', 'close', 'open', 'close', 'reopen', 'undo'].map((done) => ['anna', done]),
    )
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    expect(await act({ merge: outage, into: bill })).toEqual({ refused: 'too_late' })
  })

  it('the name is confirmed for all who have this call, and nothing is proved by it', async () => {
    const { caller, id } = await talk(() => stand.verified())
    const level = async () => (await stand.deps.live.calls.get(caller.callSid))?.assurance
    const before = await level()
    expect(await stand.floor.confirmName('ben', id, true)).toEqual({ refused: 'not_found' })
    expect(await stand.floor.confirmName('anna', id, true)).toEqual({ done: true })
    const confirmed = { agent: 'Anna', at: expect.any(String) }
    expect((await stand.view('anna')).assignment?.nameConfirmed).toEqual(confirmed)
    expect(await level()).toEqual(before)
    await stand.floor.setPresence('sam', 'available')
    await stand.floor.transfer('anna', id, { kind: 'agent', name: 'sam' })
    const phone = await stand.ringing('sam')
    expect((await stand.view('sam')).assignment).toMatchObject({ state: 'ringing', nameConfirmed: null })
    phone.answer()
    expect(await stand.inState('sam', 'joined')).toMatchObject({ nameConfirmed: confirmed })
    const { id: sams } = (await stand.view('sam')).assignment ?? { id: '' }
    expect(await stand.floor.confirmName('sam', sams, false)).toEqual({ done: true })
    expect((await stand.view('sam')).assignment?.nameConfirmed).toBeNull()
    expect(await eventsOf(caller, 'name')).toEqual([
      ['anna', { matches: true }],
      ['sam', { matches: false }],
    ])
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    expect(await stand.floor.confirmName('anna', id, true)).toEqual({ refused: 'too_late' })
  })
})

describe('of a caller who has proved nothing', () => {
  it('no ticket is merged, reopened or taken back, though the account is shown', async () => {
    const { id } = await talk(() => stand.caller('fuldanetz', '2', '305719467#'))
    const [ticket] = await tickets()
    expect(ticket?.number).toBe('7100482935')
    expect(await stand.floor.ticket('anna', id, { open: 'bill' })).toEqual({ done: true })
    const opened = await stand.until('it is shown', async () => (await tickets()).find(({ topic }) => topic === 'bill'))
    for (const wish of [
      { merge: opened.number, into: '7100482935' },
      { reopen: opened.number },
      { undo: opened.number },
    ] as const)
      expect(await stand.floor.ticket('anna', id, wish)).toEqual({ refused: 'level' })
    expect(await stand.floor.ticket('anna', id, { close: opened.number })).toEqual({ done: true })
  })

  it('there is no name to confirm where no account is shown', async () => {
    const { caller, id } = await talk(() => stand.caller('rheinnetz', '0'))
    expect(await stand.floor.confirmName('anna', id, true)).toEqual({ refused: 'level' })
    expect(await eventsOf(caller, 'name')).toEqual([])
  })
})

describe('a keyed number (R38)', () => {
  const BY = { callId: '-', actor: 'test' }
  const OUTAGE = '7100482935'
  let ref: string
  beforeAll(async () => {
    const account = await stand.deps.database.db
      .selectFrom('account')
      .select('ref')
      .where('brand', '=', 'fuldanetz')
      .where('customer_number', '=', '305719467')
      .executeTakeFirstOrThrow()
    ref = account.ref
  })
  const waiting = async (...keys: string[]) => {
    const caller = await stand.caller('fuldanetz', ...keys)
    const found = await stand.until('they wait', async () =>
      (await stand.deps.floorStore.list(stand.clock.now())).find(({ callId }) => callId === caller.callSid),
    )
    const call = await stand.deps.live.calls.get(caller.callSid)
    // Whatever the number is of, the flow knows of no other queue, so nothing that is heard tells of it.
    expect(call?.reply?.next).toEqual({ kind: 'enqueue', queue: 'fuldanetz.outage' })
    expect(call?.assurance.level).toBeLessThan(2)
    caller.hangUp()
    return found
  }
  const first = '2026-05-04T05:52:00.000Z'

  it('of a merged ticket leads to the queue and the time of the one that it leads to, and shows as it was keyed', async () => {
    const { matters, reports } = stand.deps
    const number = '7100100085'
    const report = { brand: 'fuldanetz', customerNumber: '305719467', topic: 'complaint', text: null, id: null, number }
    const by = { actor: 'test', received: stand.clock.now(), newNumber: () => number }
    await reports.report({ ...report, at: new Date('2026-05-10T00:00:00Z'), channel: 'mail' }, by)
    const of = { brand: 'fuldanetz', ref, number }
    expect(await matters.merge({ ...of, into: OUTAGE }, BY, stand.clock.now())).toBe('done')
    expect(await waiting('2', `${number}#`)).toMatchObject({
      queue: 'fuldanetz.outage',
      place: first,
      reason: 'ticket',
      ticket: OUTAGE,
    })
    const { id } = await talk(() => stand.caller('fuldanetz', '2', `${number}#`))
    expect((await stand.view('anna')).assignment).toMatchObject({ id, context: { ticket: number } })
    expect((await tickets())[0]).toMatchObject({ number: OUTAGE, merged: [{ number, topic: 'complaint' }] })
    await matters.undo(of, BY, stand.clock.now())
  })

  it('of a closed ticket gives no earlier place, and of a reopened one its own', async () => {
    const { matters } = stand.deps
    const of = { brand: 'fuldanetz', ref, number: OUTAGE }
    await matters.close(of, BY)
    expect(await waiting('2', `${OUTAGE}#`)).toMatchObject({
      queue: 'fuldanetz.outage',
      reason: 'waiting',
      ticket: null,
    })
    expect(await matters.reopen(of, BY, stand.clock.now())).toBe('done')
    expect(await waiting('2', `${OUTAGE}#`)).toMatchObject({ place: first, reason: 'ticket', ticket: OUTAGE })
  })

  it('of the topic that others wait for changes nothing that they hear, whether anybody has it or not (C15)', async () => {
    // Somebody is there who takes such callers, or all would be told to hold on.
    await talk(() => stand.caller('fuldanetz', '2', '520397185#'))
    const { db } = stand.deps.database
    const heard = async (keyed: string): Promise<string[]> => {
      const waits = await stand.caller('fuldanetz', '2', '418260538#')
      const said = (): string[] => waits.view().lines.map(({ text }) => text)
      await stand.until('they are told to hold on', () => said().includes('Bitte bleiben Sie dran.'))
      const since = stand.clock.now()
      const other = await stand.caller('fuldanetz', '4', '1', `${keyed}#`)
      await stand.until('the other waits too', () => other.view().state === 'waiting')
      const asked = db.selectFrom('queue_place').select('seen').where('call_id', '=', waits.callSid)
      await stand.until('they ask again', async () => ((await asked.executeTakeFirst())?.seen ?? since) > since)
      for (const caller of [waits, other]) caller.hangUp()
      return said()
    }
    const ofSomebody = await heard(OUTAGE)
    expect(ofSomebody).toEqual(await heard('7100482943'))
    expect(ofSomebody.filter((text) => /Platz|Minute|Nächstes/.test(text))).toEqual([])
  })

  it('of another brand is one that nobody has', async () => {
    expect(await waiting('2', `${FOREIGN}#`)).toMatchObject({
      reason: 'waiting',
      ticket: null,
    })
  })
})
