/** Agents whose pages are gone are offered nobody, keep the talk that they are in, and are seen as gone; nobody else is. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { emptied, talking, waitingCaller } from '../support/floor-scenes.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
})
afterAll(() => stand.close())
afterEach(async () => {
  for (const name of ['anna', 'ben', 'sam']) await stand.floor.setPresence(name, 'away')
  await emptied(stand)
})

/** Pages have been heard here since yesterday, and that of this agent has not for so many seconds. */
async function unheard(name: string, seconds: number, { outage = false } = {}): Promise<void> {
  const { db } = stand.deps.database
  await sql`UPDATE presence SET beat = now() - ${seconds} * interval '1 s' WHERE agent = ${name}`.execute(db)
  const since = outage ? sql`interval '1 s'` : sql`interval '1 day'`
  await sql`
    INSERT INTO presence_watch (one, since, seen) VALUES (true, now() - ${since}, now())
    ON CONFLICT (one) DO UPDATE SET since = now() - ${since}, seen = now()`.execute(db)
}
/** Whose phones have rung for this caller, in order. */
const rung = async (callId: string) =>
  (await stand.deps.floorStore.journal({ after: 0, limit: 10_000 }))
    .filter((line) => line.kind === 'offered' && line.callId === callId)
    .map(({ facts }) => facts.agent)

it('whose browser was closed yesterday is not rung before the one who signs in today', async () => {
  await stand.floor.setPresence('anna', 'available')
  await unheard('anna', 24 * 3_600)
  await stand.floor.setPresence('sam', 'available')
  const caller = await waitingCaller(stand)
  const phone = await stand.ringing('sam')
  phone.answer()
  await stand.inState('sam', 'talking')
  expect(await rung(caller.callSid)).toEqual(['sam'])
  expect((await stand.view('anna')).me).toMatchObject({ presence: 'away', awayBecause: 'page_gone' })
})

it('stays in a talk, and is offered nobody after it', async () => {
  await stand.floor.setPresence('anna', 'available')
  const caller = await stand.verified()
  const phone = await stand.ringing('anna')
  phone.answer()
  const { id } = await stand.inState('anna', 'talking')
  await stand.until('they are together', () => caller.view().state === 'in_room')
  await unheard('anna', 91)
  await stand.until('the page is known to be gone', async () => {
    const [row] = await sql<{ presence: string }>`SELECT presence FROM presence WHERE agent = 'anna'`
      .execute(stand.deps.database.db)
      .then(({ rows }) => rows)
    return row?.presence === 'away'
  })
  expect((await stand.view('anna')).assignment).toMatchObject({ id, state: 'talking' })
  expect([caller.view().state, phone.view().state]).toEqual(['in_room', 'in_room'])
  const next = await waitingCaller(stand)
  await stand.floor.finish('anna', id)
  await stand.floor.wrapUp('anna', id, { note: '', ticket: 'keep' })
  await stand.floor.sweep()
  expect(await rung(next.callSid)).toEqual([])
})

it('is still available after an outage, and rung after those who were heard since', async () => {
  await stand.floor.setPresence('anna', 'available')
  await unheard('anna', 3_600, { outage: true })
  await stand.floor.setPresence('sam', 'available')
  const [first, second] = [await waitingCaller(stand), await waitingCaller(stand)]
  await stand.until('both phones have rung', async () => (await rung(second.callSid)).length > 0)
  expect([await rung(first.callSid), await rung(second.callSid)]).toEqual([['sam'], ['anna']])
})

it('is set away by a supervisor of a brand of theirs and by nobody else, and that is an event', async () => {
  const { floor } = stand
  expect(await floor.setAway({ supervisor: 'sam' }, 'anna')).toEqual({ refused: 'too_late' })
  await floor.setPresence('anna', 'available')
  expect(await floor.setAway({ supervisor: 'ben' }, 'anna')).toEqual({ refused: 'not_allowed' })
  expect(await floor.setAway({ supervisor: 'sam' }, 'sam')).toEqual({ refused: 'not_allowed' })
  expect(await floor.setAway({ supervisor: 'sam' }, 'nobody')).toEqual({ refused: 'not_found' })
  const talk = await talking(stand, 'anna', await waitingCaller(stand))
  expect(await floor.setAway({ supervisor: 'sam' }, 'anna')).toEqual({ done: true })
  expect((await stand.view('anna')).assignment).toMatchObject({ id: talk.id, state: 'talking' })
  expect((await stand.view('anna')).me).toMatchObject({ presence: 'away', awayBecause: 'supervisor' })
  await floor.setPresence('anna', 'available')
  expect(await floor.setAway({ system: 'api', brands: null }, 'anna')).toEqual({ done: true })
  const events = (await stand.deps.events.read({ limit: 10_000 })).filter(({ kind }) => kind === 'presence')
  expect(events.map(({ actor, facts }) => [actor, facts])).toEqual([
    ['sam', { agent: 'anna', presence: 'away' }],
    ['api', { agent: 'anna', presence: 'away' }],
  ])
})
