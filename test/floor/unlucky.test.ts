/** A network that fails, answers late or forgets, at the moments at which that hurts most. */
import { afterEach, expect, it } from '@jest/globals'
import type { AssignmentView } from '../../src/floor/view.ts'
import type { Telephony } from '../../src/seams/telephony.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { type FloorStand, HANNA, openFloorStand } from '../support/floor-stand.ts'

let stand: FloorStand
let failing: Partial<Record<keyof Telephony, true>> = {}
afterEach(async () => {
  failing = {}
  await stand?.close()
})

const wrap = (telephony: Telephony): Telephony => {
  const or5xx =
    <Args extends unknown[], Result>(name: keyof Telephony, ask: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      failing[name] ? Promise.reject(new Error('HTTP 500')) : ask(...args)
  const { ring, redirect, isOn, hangUp, hold, endRoom } = telephony
  return {
    ring: or5xx('ring', ring),
    redirect: or5xx('redirect', redirect),
    isOn: or5xx('isOn', isOn),
    hangUp: or5xx('hangUp', hangUp),
    hold: or5xx('hold', hold),
    endRoom: or5xx('endRoom', endRoom),
  }
}

const assignmentOf = async (name: string): Promise<AssignmentView | null> => (await stand.view(name)).assignment
const inState = (name: string, state: AssignmentView['state']) => stand.inState(name, state)

/** An unknown caller about a fault, and Anna. */
async function talk(): Promise<{ caller: Handset; phone: Handset; id: string }> {
  const caller = await stand.caller('rheinnetz', '2')
  await stand.until('they wait', () => caller.view().state === 'waiting')
  await stand.floor.take('anna', null)
  const phone = await stand.ringing('anna')
  phone.answer()
  const { id } = await inState('anna', 'talking')
  await stand.until('they are in the room', () => caller.view().state === 'in_room')
  return { caller, phone, id }
}

async function proves(caller: Handset): Promise<void> {
  await stand.enter(caller, 'number', `${HANNA.customerNumber}#`)
  await stand.enter(caller, 'pin', HANNA.pin)
}

it('a caller who could not be brought in is brought in when the network works again', async () => {
  stand = await openFloorStand({ wrap })
  const caller = await stand.caller('rheinnetz', '2')
  await stand.until('they wait', () => caller.view().state === 'waiting')
  await stand.floor.take('anna', null)
  const phone = await stand.ringing('anna')
  failing = { redirect: true }
  phone.answer()
  await inState('anna', 'answering')
  await stand.clock.wait(2_000)
  expect(caller.view().state).toBe('waiting')
  failing = {}
  await inState('anna', 'talking')
  await stand.until('they are there', () => caller.view().state === 'in_room')
})

it('a hold that the network did not do is no hold', async () => {
  stand = await openFloorStand({ wrap })
  const { id } = await talk()
  failing = { hold: true }
  expect(await stand.floor.hold('anna', id)).toEqual({ refused: 'unreachable' })
  expect(await assignmentOf('anna')).toMatchObject({ state: 'talking', held: false })
})

it('a check that was not begun is begun later, and the agent may leave it meanwhile', async () => {
  stand = await openFloorStand({ wrap })
  const { caller, id } = await talk()
  failing = { redirect: true }
  expect(await stand.floor.check('anna', id)).toEqual({ done: true })
  expect(await assignmentOf('anna')).toMatchObject({ state: 'checking', actions: ['fetch_back', 'finish'] })
  failing = {}
  await proves(caller)
  expect(await inState('anna', 'talking')).toMatchObject({ check: 'verified', context: { assurance: { level: 2 } } })
})

it('a late word from the room does not end a check that was only just ordered', async () => {
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  let isSlow = false
  stand = await openFloorStand({
    wrap: (telephony) => ({
      ...telephony,
      async redirect(...order) {
        if (isSlow) await gate
        return telephony.redirect(...order)
      },
    }),
  })
  const { caller, id } = await talk()
  isSlow = true
  const checking = stand.floor.check('anna', id)
  await inState('anna', 'checking')
  const conference = `CF${'0'.repeat(32)}`
  await stand.floor.roomChanged({ assignment: id, conference, callId: caller.callSid, kind: 'join' })
  expect(await assignmentOf('anna')).toMatchObject({ state: 'checking', check: 'running' })
  release()
  await checking
  await proves(caller)
  expect(await inState('anna', 'talking')).toMatchObject({ check: 'verified' })
})

it('a restart that forgets the calls cuts no talk', async () => {
  stand = await openFloorStand()
  const { caller, phone } = await talk()
  const { calls } = stand.deps.live
  calls.get = async () => null
  calls.claim = async () => ({ kind: 'unknown' })
  // Several rounds of the sweep, and longer than any callback may be late.
  await stand.clock.wait(12_000)
  expect([caller.view().state, phone.view().state]).toEqual(['in_room', 'in_room'])
  expect((await assignmentOf('anna'))?.state).toBe('talking')
})

it("a colleague's phone stops ringing when the call goes elsewhere, and the colleague stays available", async () => {
  stand = await openFloorStand()
  const { caller, id } = await talk()
  await stand.floor.setPresence('sam', 'available')
  expect(await stand.floor.transfer('anna', id, { kind: 'agent', name: 'sam' })).toEqual({ done: true })
  const phone = await stand.ringing('sam')
  expect(await stand.floor.check('anna', id)).toEqual({ done: true })
  await stand.until('it stops', () => phone.view().state === 'ended')
  expect(await stand.view('sam')).toMatchObject({ assignment: null, me: { presence: 'available' } })
  await proves(caller)
  expect(await inState('anna', 'talking')).toMatchObject({ check: 'verified' })
})

it('a room that could not be ended lets its caller wait on, and nobody is lost', async () => {
  stand = await openFloorStand({ wrap })
  const { caller, id } = await talk()
  failing = { endRoom: true }
  expect(await stand.floor.finish('anna', id)).toEqual({ done: true })
  await stand.until('they wait again', () => caller.view().state === 'waiting')
  expect((await stand.view('sam')).waiting.callers).toMatchObject([{ callSid: caller.callSid, reason: 'returned' }])
})
