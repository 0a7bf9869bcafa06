/** Callers whose end the network tells by its answers alone: no callback ever comes. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { createLog } from '../../src/log/log.ts'
import type { Telephony } from '../../src/seams/telephony.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { agentsOf, floorOver, noNetwork } from '../support/floor.ts'
import { assignmentOf, emptied, talking, waitingCaller } from '../support/floor-scenes.ts'
import { agents, type FloorStand, openFloorStand } from '../support/floor-stand.ts'

let stand: FloorStand
/** Calls that are over at Twilio, which has not told us. */
const over = new Set<string>()
beforeAll(async () => {
  stand = await openFloorStand({ wrap: knowing })
})
afterAll(() => stand.close())
afterEach(async () => {
  over.clear()
  await stand.floor.setPresence('anna', 'away')
  await emptied(stand)
})

const knowing = (telephony: Telephony): Telephony => ({
  ...telephony,
  isOn: async (callId) => !over.has(callId) && telephony.isOn(callId),
  redirect: async (callId, ...order) => (over.has(callId) ? 'gone' : telephony.redirect(callId, ...order)),
  hangUp: async (legId) => (over.has(legId) ? 'gone' : telephony.hangUp(legId)),
})

/** Another server on the same stores, as after a restart. */
const restarted = () =>
  floorOver(stand.deps, createLog({ level: 'fatal' }), { agents: agentsOf(agents), telephony: knowing(asked) })
const asked: Telephony = { ...noNetwork, isOn: async () => true }

const linesOf = async ({ callSid }: Handset) => {
  const lines = await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })
  return lines.filter(({ callId }) => callId === callSid).map(({ kind, facts }) => (kind === 'left' ? facts.why : kind))
}
const endsOf = async ({ callSid }: Handset) =>
  (await stand.deps.events.read({ callId: callSid, limit: 100 })).filter(({ kind }) => kind === 'end').length
const gaveUp = async () => {
  const queues = await stand.deps.day.queues(new Date(0), stand.clock.now())
  return queues.reduce((sum, { abandoned }) => sum + abandoned, 0)
}
const waiting = async () => (await stand.view('sam')).waiting.callers.map(({ callSid }) => callSid)

it('are gone at the first answer: the next caller rings, and nobody is at fault', async () => {
  const lost = await waitingCaller(stand)
  const next = await waitingCaller(stand)
  over.add(lost.callSid)
  await stand.floor.setPresence('anna', 'available')
  const first = await stand.ringing('anna')
  first.answer()
  await stand.until("the agent's leg is let go", () => first.view().state === 'ended')
  const second = await stand.ringing('anna')
  expect(await waiting()).toEqual([next.callSid])
  expect((await stand.view('anna')).me).toMatchObject({ presence: 'available', awayBecause: null })
  second.answer()
  await stand.until('the next caller is there', () => next.view().state === 'in_room')
  expect(await linesOf(lost)).toEqual(['joined', 'offered', 'hung_up'])
  expect(await endsOf(lost)).toBe(1)

  // The callback comes after all: nothing more happens.
  await stand.floor.callerEnded(lost.callSid)
  expect(await linesOf(lost)).toEqual(['joined', 'offered', 'hung_up'])
  expect(await endsOf(lost)).toBe(1)
})

it('are gone after a restart at the first answer, before anybody is rung for them; who is still there keeps the place', async () => {
  const [lost, next] = [await waitingCaller(stand), await waitingCaller(stand)]
  const places = await stand.deps.floorStore.list(stand.clock.now())
  over.add(lost.callSid)
  const after = restarted()
  try {
    await after.sweep()
    expect(await stand.deps.floorStore.list(stand.clock.now())).toEqual(
      places.filter(({ callId }) => callId === next.callSid),
    )
    expect(await linesOf(lost)).toEqual(['joined', 'hung_up'])
    expect(await linesOf(next)).toEqual(['joined'])
  } finally {
    await after.close()
  }
})

it('are counted once as callers who gave up, and not again by the callback that comes later', async () => {
  const before = await gaveUp()
  const lost = await waitingCaller(stand)
  over.add(lost.callSid)
  await stand.floor.take('anna', null)
  const phone = await stand.ringing('anna')
  phone.answer()
  await stand.until('they wait no more', async () => (await waiting()).length === 0)
  await stand.floor.callerEnded(lost.callSid)
  expect(await gaveUp()).toBe(before + 1)
})

it.each([
  [
    'put back into a queue',
    (id: string) => stand.floor.transfer('anna', id, { kind: 'queue', queue: 'rheinnetz.general' }),
  ],
  ['sent to the check', (id: string) => stand.floor.check('anna', id)],
])('are gone when they are to be %s, and leave the agent a wrap-up', async (_how, act) => {
  const lost = await waitingCaller(stand)
  const { id } = await talking(stand, 'anna', lost)
  over.add(lost.callSid)
  await act(id)
  await stand.until('their end is recorded', async () => (await endsOf(lost)) === 1)
  expect((await assignmentOf(stand, id)).state).toBe('wrap_up')
  expect(await waiting()).toEqual([])
})

it('are gone, and the agent is told so, where a restart has forgotten a talk that is over', async () => {
  const { calls } = stand.deps.live
  const { claim } = calls
  const caller = await waitingCaller(stand)
  const { id } = await talking(stand, 'anna', caller)
  calls.claim = async (...asked) => (asked[0] === caller.callSid ? { kind: 'unknown' } : claim(...asked))
  try {
    const asked = stand.clock.now().getTime()
    // Still on at the network: the two go on talking.
    await stand.until('the network was asked', () => stand.clock.now().getTime() - asked > 12_000)
    expect(await assignmentOf(stand, id)).toMatchObject({ state: 'talking' })
    over.add(caller.callSid)
    await stand.until('it is told', async () => (await stand.view('anna')).assignment?.endedBy === 'unseen')
    expect(await assignmentOf(stand, id)).toMatchObject({ state: 'wrap_up', endedBy: 'unseen' })
  } finally {
    calls.claim = claim
  }
})

it.each(['the caller', 'the agent'])(
  'are said to have ended with the server that stops, no matter which phone is put down first: %s',
  async (first) => {
    const own = await openFloorStand()
    try {
      const caller = await waitingCaller(own)
      const { id, legId } = await talking(own, 'anna', caller)
      own.floor.stops()
      const agent = own.standIn.exchange.handsets().find(({ callSid }) => callSid === legId)
      const phones = first === 'the agent' ? [agent, caller] : [caller, agent]
      for (const phone of phones) phone?.complete()
      await own.until('the talk is over', async () => (await assignmentOf(own, id)).state === 'wrap_up')
      expect(await assignmentOf(own, id)).toMatchObject({ endedBy: 'unseen' })
    } finally {
      await own.close()
    }
  },
)

it('tell the agent whose phone rang that they have hung up', async () => {
  const caller = await waitingCaller(stand)
  await stand.floor.take('anna', null)
  const phone = await stand.ringing('anna')
  expect((await stand.view('anna')).missed).toBeNull()
  caller.hangUp()
  await stand.until('it stops ringing', () => phone.view().state === 'ended')
  await stand.until('it is told', async () => (await stand.view('anna')).missed?.why === 'caller')
  expect((await stand.view('sam')).missed).toBeNull()
})

it('are gone where they are known to have ended, and their place could not be taken from them', async () => {
  const lost = await waitingCaller(stand)
  const next = await waitingCaller(stand)
  // The store of places failed when the callback came.
  await stand.deps.live.calls.end(lost.callSid)
  await stand.floor.setPresence('anna', 'available')
  const first = await stand.ringing('anna')
  await stand.until('it stops ringing', () => first.view().state === 'ended')
  const second = await stand.ringing('anna')
  second.answer()
  await stand.until('the next caller is there', () => next.view().state === 'in_room')
  expect(await linesOf(lost)).toEqual(['joined', 'offered', 'hung_up'])
})
