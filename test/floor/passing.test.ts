/** A colleague's phone rings for a caller: whatever the agent who passes the call on does now, the caller is not hung up on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import type { Assignment } from '../../src/seams/floor.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { assignmentOf, emptied, talking, waitingCaller } from '../support/floor-scenes.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'

const SAM = { kind: 'agent', name: 'sam' } as const

let stand: FloorStand
beforeAll(async () => {
  // No phone stops ringing by itself, however slow the machine is.
  stand = await openFloorStand({
    wrap: (telephony) => ({ ...telephony, ring: (leg) => telephony.ring({ ...leg, seconds: 600 }) }),
  })
})
afterAll(() => stand.close())
afterEach(async () => {
  for (const name of ['anna', 'sam', 'dora']) await stand.floor.setPresence(name, 'away')
  await emptied(stand)
})

interface Scene {
  caller: Handset
  talk: Assignment
  /** Anna's, who talks, and Sam's, which rings. */
  phones: { anna: Handset; sam: Handset }
}

async function passing(): Promise<Scene> {
  const caller = await waitingCaller(stand)
  const talk = await talking(stand, 'anna', caller)
  const anna = stand.standIn.exchange.handsets().find(({ callSid }) => callSid === talk.legId)
  await stand.floor.setPresence('sam', 'available')
  expect(await stand.floor.transfer('anna', talk.id, SAM)).toEqual({ done: true })
  const sam = await stand.ringing('sam')
  if (!anna) throw new Error('Anna has no phone')
  return { caller, talk, phones: { anna, sam } }
}

const waiting = async () => (await stand.view('ben')).waiting.callers
const heard = ({ view }: Handset) => view().lines.map(({ text }) => text)

/** The order was kept, as the journal tells. */
async function inOrder(): Promise<void> {
  const check = createJournalCheck()
  for (const line of await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })) check.take(line)
  const { overtakings, notWaiting } = check.report()
  expect({ broken: overtakings.filter(({ reason }) => reason === 'none'), notWaiting }).toEqual({
    broken: [],
    notWaiting: [],
  })
}

describe.each<[how: string, act: (scene: Scene) => unknown]>([
  ['leaves', ({ talk }) => stand.floor.leave('anna', talk.id)],
  ['ends the call', ({ talk }) => stand.floor.finish('anna', talk.id)],
  ['hangs up', ({ phones }) => phones.anna.hangUp()],
])('an agent who %s while the phone of a colleague rings', (_how, act) => {
  it('is out of the call, and the colleague gets the caller', async () => {
    const scene = await passing()
    const { caller, talk, phones } = scene
    await act(scene)
    await stand.until('the caller waits', () => caller.view().state === 'waiting')
    expect(await assignmentOf(stand, talk.id)).toMatchObject({ state: 'wrap_up', endedBy: 'transfer' })
    await stand.until('Anna is let go', () => phones.anna.view().state === 'ended')
    expect(phones.sam.view().state).toBe('ringing')
    expect(await waiting()).toMatchObject([{ callSid: caller.callSid, reason: 'returned', offeredTo: 'Sam' }])
    // Somebody else who is free gets the next caller, and not this one.
    const next = await waitingCaller(stand)
    await stand.floor.take('dora', null)
    expect((await stand.deps.floorStore.ofCall(next.callSid)).map(({ agent }) => agent)).toEqual(['dora'])
    phones.sam.answer()
    await stand.until('the two are in a room', () => caller.view().state === 'in_room')
    expect(await stand.inState('sam', 'talking')).toMatchObject({ callSid: caller.callSid, from: { agent: 'Anna' } })
    expect(heard(caller).join()).not.toMatch(/Wiederhören/)
    await inOrder()
  })

  it('leaves the caller the old place, should the colleague not come', async () => {
    const scene = await passing()
    const { caller, phones } = scene
    await act(scene)
    await stand.until('the caller waits', () => caller.view().state === 'waiting')
    const later = await waitingCaller(stand)
    phones.sam.decline()
    await stand.until('it rings for nobody', async () => (await stand.view('sam')).assignment === null)
    const places = (await waiting()).map(({ callSid, offeredTo }) => [callSid, offeredTo])
    expect(places).toEqual([caller, later].map(({ callSid }) => [callSid, null]))
    await stand.floor.take('dora', null)
    expect((await stand.deps.floorStore.ofCall(caller.callSid)).map(({ agent }) => agent)).toContain('dora')
    await inOrder()
  })
})

it('who leaves when the colleague has just declined stays in the talk', async () => {
  const { caller, talk, phones } = await passing()
  expect((await stand.view('anna')).assignment?.actions).toEqual(['hold', 'check', 'transfer', 'leave'])
  phones.sam.decline()
  await stand.until('it rings for nobody', async () => (await stand.view('sam')).assignment === null)
  expect(await stand.floor.leave('anna', talk.id)).toEqual({ refused: 'not_passed_on' })
  expect((await stand.view('anna')).assignment?.actions).toEqual(['hold', 'check', 'transfer', 'finish'])
  expect(caller.view().state).toBe('in_room')
})

it('an end of the call that was decided just before the phone rang is decided once more', async () => {
  const caller = await waitingCaller(stand)
  const talk = await talking(stand, 'anna', caller)
  await stand.floor.setPresence('sam', 'available')
  const { floorStore } = stand.deps
  const { save } = floorStore
  floorStore.save = async (changed, along) => {
    floorStore.save = save
    expect(await stand.floor.transfer('anna', talk.id, SAM)).toEqual({ done: true })
    return save(changed, along)
  }
  expect(await stand.floor.finish('anna', talk.id)).toEqual({ done: true })
  await stand.until('the caller waits', () => caller.view().state === 'waiting')
  const phone = await stand.ringing('sam')
  phone.answer()
  await stand.until('the two are in a room', () => caller.view().state === 'in_room')
})

it('no phone rings for a caller whose call was ended just before', async () => {
  const caller = await waitingCaller(stand)
  const talk = await talking(stand, 'anna', caller)
  await stand.floor.setPresence('sam', 'available')
  const { floorStore } = stand.deps
  const { pass } = floorStore
  floorStore.pass = async (...order) => {
    floorStore.pass = pass
    await stand.floor.finish('anna', talk.id)
    return pass(...order)
  }
  expect(await stand.floor.transfer('anna', talk.id, SAM)).toEqual({ refused: 'too_late' })
  await stand.until('the caller is let go', () => caller.view().state === 'ended')
  expect((await stand.view('sam')).assignment).toBeNull()
})
