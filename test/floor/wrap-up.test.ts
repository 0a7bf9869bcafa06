/** The end of the wrap-up: who is free since when, and that a note is where it belongs once, or not at all. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { type FloorStand, HANNA, openFloorStand } from '../support/floor-stand.ts'

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
})
afterAll(() => stand.close())
beforeEach(async () => {
  for (const name of ['anna', 'ben']) await stand.floor.setPresence(name, 'away')
})

const offeredTo = (caller: Handset) =>
  stand.until('they are offered', async () =>
    (await stand.deps.floorStore.active()).find(
      ({ callId, state }) => callId === caller.callSid && state === 'ringing',
    ),
  )

/** The next caller is talked to, and has hung up: the agent is in the wrap-up. */
async function talked(name: string): Promise<string> {
  const caller = await stand.verified()
  const { agent } = await offeredTo(caller)
  expect(agent).toBe(name)
  const phone = await stand.ringing(name)
  phone.answer()
  await stand.inState(name, 'talking')
  await stand.until('they are there', () => caller.view().state === 'in_room')
  caller.hangUp()
  const { id } = await stand.inState(name, 'wrap_up')
  return id
}

/** The two minutes of the wrap-up are over. */
async function lapse(id: string): Promise<void> {
  const until = JSON.stringify(stand.clock.now().toISOString())
  await sql`UPDATE assignment SET facts = jsonb_set(facts, '{until}', ${until}::jsonb) WHERE id = ${id}`.execute(
    stand.deps.database.db,
  )
}

it.each(['by hand', 'by itself'])(
  'offers the next caller to the agent who has been free longest, when the wrap-up of the other ended %s',
  async (how) => {
    await stand.floor.setPresence('anna', 'available')
    const annas = await talked('anna')
    await stand.floor.setPresence('ben', 'available')
    if (how === 'by hand') await stand.floor.wrapUp('anna', annas, { note: '', ticket: 'keep' })
    else await lapse(annas)
    await stand.until('anna is free', async () => (await stand.view('anna')).assignment === null)
    const next = await stand.verified()
    expect((await offeredTo(next)).agent).toBe('ben')
    next.hangUp()
    await stand.until('the floor is empty', async () => (await stand.deps.floorStore.active()).length === 0)
  },
)

it('is free since the end of the wrap-up in the very step that ends it', async () => {
  const { floorStore } = stand.deps
  await stand.floor.setPresence('anna', 'available')
  const id = await talked('anna')
  const { since } = await stand.inState('anna', 'wrap_up')
  const { save } = floorStore
  const seen: (string | undefined)[] = []
  floorStore.save = async (...given) => {
    const saved = await save(...given)
    seen.push((await floorStore.presences()).find(({ agent }) => agent === 'anna')?.since)
    return saved
  }
  try {
    await stand.floor.wrapUp('anna', id, { note: '', ticket: 'keep' })
  } finally {
    floorStore.save = save
  }
  expect(seen).toHaveLength(1)
  expect(Date.parse(seen[0] ?? '')).toBeGreaterThanOrEqual(Date.parse(since))
})

it('keeps the wrap-up when the note could not be written, and writes it once when it is sent again, twice', async () => {
  const { db } = stand.deps.database
  const notes = async () => {
    const found = await stand.deps.source.find(
      { brand: 'rheinnetz', value: HANNA.customerNumber, kinds: ['customer_number'] },
      stand.clock.now(),
    )
    if (found.kind !== 'found') throw new Error(found.kind)
    const context = await stand.deps.source.context('rheinnetz', found.account.ref, new Date())
    return context?.tickets.flatMap(({ notes }) => notes.map(({ text }) => text)) ?? []
  }
  await stand.floor.setPresence('anna', 'available')
  const id = await talked('anna')
  await sql`ALTER TABLE note ADD CONSTRAINT broken CHECK (text <> 'Zähler getauscht') NOT VALID`.execute(db)
  const wrap = { note: 'Zähler getauscht', ticket: 'close' } as const
  await expect(stand.floor.wrapUp('anna', id, wrap)).rejects.toThrow('broken')
  expect((await stand.view('anna')).assignment).toMatchObject({ id, state: 'wrap_up' })
  expect(await notes()).toEqual([])
  await sql`ALTER TABLE note DROP CONSTRAINT broken`.execute(db)
  const both = await Promise.all([stand.floor.wrapUp('anna', id, wrap), stand.floor.wrapUp('anna', id, wrap)])
  expect(both).toEqual(expect.arrayContaining([{ done: true }, { refused: 'too_late' }]))
  expect(await notes()).toEqual(['Zähler getauscht'])
  expect(await stand.deps.floorStore.assignment(id)).toMatchObject({ state: 'over' })
})
