/** A telephone network that does not answer: nobody is away for it, nobody loses their place, and it goes on by itself. */
import { afterEach, expect, it } from '@jest/globals'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import type { JournalLine } from '../../src/seams/floor.ts'
import type { Telephony } from '../../src/seams/telephony.ts'
import { talking, waitingCaller } from '../support/floor-scenes.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'

let stand: FloorStand
let isDown = false
let asked = 0
afterEach(async () => {
  isDown = false
  asked = 0
  await stand?.close()
})

/** As when Twilio answers 503: each request is asked, and fails. */
const failing = (telephony: Telephony): Telephony => ({
  ...telephony,
  async ring(leg) {
    asked += 1
    if (isDown) throw new Error('HTTP 503')
    return telephony.ring(leg)
  },
  async redirect(...order) {
    if (isDown) throw new Error('HTTP 503')
    return telephony.redirect(...order)
  },
})

const journal = (): Promise<JournalLine[]> => stand.deps.floorStore.journal({ after: 0, limit: 10_000 })
const presenceOf = async (name: string) => (await stand.view(name)).me
const timesLogged = (words: string): number => stand.logged().split(words).length - 1

it('costs no agent their availability and no caller their place, tells of itself once, and ends by itself', async () => {
  stand = await openFloorStand({ wrap: failing })
  const caller = await waitingCaller(stand)
  isDown = true
  await stand.floor.setPresence('anna', 'available')
  await stand.floor.setPresence('sam', 'available')
  await stand.until('the desk tells of it', async () => (await stand.view('anna')).networkSilentSince !== null)
  expect(asked).toBeGreaterThanOrEqual(2)
  for (const name of ['anna', 'sam'])
    expect(await presenceOf(name)).toMatchObject({ presence: 'available', awayBecause: null })
  expect((await stand.view('sam')).waiting.callers).toMatchObject([{ callSid: caller.callSid, reason: 'waiting' }])
  expect(caller.view().state).toBe('waiting')
  expect(timesLogged('the telephone network does not do what it is asked for')).toBe(1)

  // They are tried in turn; now only one of them is there to be rung.
  await stand.floor.setPresence('sam', 'away')
  isDown = false
  const phone = await stand.ringing('anna')
  phone.answer()
  await stand.inState('anna', 'talking')
  await stand.until('they are there', () => caller.view().state === 'in_room')
  expect((await stand.view('anna')).networkSilentSince).toBeNull()
  expect(timesLogged('the telephone network answers again')).toBe(1)

  // One offer at a time, each given back for the reason that it had, and nobody overtaken.
  const offers = (await journal()).filter(({ kind }) => kind === 'offered' || kind === 'passed')
  const passed = { kind: 'passed', facts: { agent: expect.stringMatching(/^(anna|sam)$/), why: 'network' } }
  expect(offers.length).toBeGreaterThanOrEqual(5)
  expect(offers).toMatchObject(offers.map((_, index) => (index % 2 === 0 ? { kind: 'offered' } : passed)))
  expect(new Set(offers.flatMap(({ facts }) => facts.agent ?? []))).toEqual(new Set(['anna', 'sam']))
  const check = createJournalCheck()
  for (const line of await journal()) check.take(line)
  expect(check.report()).toMatchObject({ overtakings: [], notWaiting: [] })
})

it('tries one phone at a time, and all the others when it rings', async () => {
  stand = await openFloorStand({ wrap: failing })
  const callers = [await waitingCaller(stand), await waitingCaller(stand)]
  isDown = true
  await stand.floor.take('anna', null)
  await Promise.all(['anna', 'sam'].map((name) => stand.floor.setPresence(name, 'available')))
  await stand.until('it is tried again', () => asked >= 3)
  isDown = false
  await Promise.all([stand.ringing('anna'), stand.ringing('sam')])
  const rung = (await stand.deps.floorStore.active()).map(({ callId }) => callId)
  expect(new Set(rung)).toEqual(new Set(callers.map(({ callSid }) => callSid)))
})

it('is told to agents who take a caller or pass one on, and nothing else has changed', async () => {
  stand = await openFloorStand({ wrap: failing })
  const caller = await waitingCaller(stand)
  await stand.floor.take('anna', null)
  const phone = await stand.ringing('anna')
  phone.answer()
  const { id } = await stand.inState('anna', 'talking')
  await stand.until('they are there', () => caller.view().state === 'in_room')
  await stand.floor.setPresence('sam', 'available')
  isDown = true
  expect(await stand.floor.transfer('anna', id, { kind: 'agent', name: 'sam' })).toEqual({ refused: 'unreachable' })
  expect(await stand.view('sam')).toMatchObject({ assignment: null, me: { presence: 'available' } })
  await stand.floor.setPresence('sam', 'away')
  const next = await waitingCaller(stand)
  expect(await stand.floor.take('sam', null)).toEqual({ refused: 'unreachable' })
  expect(await stand.view('sam')).toMatchObject({ assignment: null, me: { presence: 'away', awayBecause: null } })
  expect(next.view().state).toBe('waiting')
  expect([caller.view().state, phone.view().state]).toEqual(['in_room', 'in_room'])
})

it('that keeps a caller from coming makes the agent free again, and the caller is offered again', async () => {
  stand = await openFloorStand({ wrap: failing })
  const caller = await waitingCaller(stand)
  await stand.floor.setPresence('anna', 'available')
  const phone = await stand.ringing('anna')
  isDown = true
  phone.answer()
  await stand.until('they are given back', async () => (await journal()).some(({ kind }) => kind === 'passed'))
  expect((await journal()).find(({ kind }) => kind === 'passed')?.facts).toEqual({ agent: 'anna', why: 'network' })
  expect(await presenceOf('anna')).toMatchObject({ presence: 'available' })
  isDown = false
  const again = await stand.ringing('anna')
  again.answer()
  await stand.inState('anna', 'talking')
  await stand.until('they are there', () => caller.view().state === 'in_room')
})

it('that never says whether it rings a phone makes nobody away', async () => {
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  let rings = 0
  stand = await openFloorStand({
    wrap: (telephony) => ({
      ...telephony,
      async ring(leg) {
        rings += 1
        if (rings === 1) await gate
        return telephony.ring(leg)
      },
    }),
  })
  try {
    await waitingCaller(stand)
    await stand.floor.setPresence('anna', 'available')
    await stand.ringing('anna')
    expect(rings).toBe(2)
    expect(await presenceOf('anna')).toMatchObject({ presence: 'available', awayBecause: null })
  } finally {
    // Closing waits for what is under way.
    release()
  }
})

it('but a phone that it refuses makes its agent away, and the caller has kept their place', async () => {
  stand = await openFloorStand({ wrap: (telephony) => ({ ...telephony, ring: async () => 'refused' }) })
  await waitingCaller(stand)
  await stand.floor.take('anna', null)
  expect(await stand.view('anna')).toMatchObject({
    assignment: null,
    networkSilentSince: null,
    me: { presence: 'away', awayBecause: 'unreachable' },
    waiting: { total: 1 },
  })
})

it('tries the phone of another when that of one agent alone cannot be rung', async () => {
  const deadPhone = (telephony: Telephony): Telephony => ({
    ...telephony,
    ring: (leg) => (leg.to === 'client:anna' ? Promise.reject(new Error('HTTP 503')) : telephony.ring(leg)),
  })
  stand = await openFloorStand({ wrap: deadPhone })
  await stand.floor.setPresence('anna', 'available')
  await stand.floor.setPresence('sam', 'available')
  const caller = await waitingCaller(stand)
  const phone = await stand.ringing('sam')
  phone.answer()
  await stand.inState('sam', 'talking')
  await stand.until('they are there', () => caller.view().state === 'in_room')
  expect(await presenceOf('anna')).toMatchObject({ presence: 'available' })
})

it('brings a caller back to the queue whose colleague is lost, also when that fails the first time', async () => {
  let fails = 0
  const lame = (telephony: Telephony): Telephony => ({
    ...telephony,
    async redirect(callId, assignment, to) {
      const isFirstWayBack = to.kind === 'queue' && fails < 1
      if (isFirstWayBack) fails += 1
      if (isFirstWayBack || (to.kind === 'join' && assignment === colleagues)) throw new Error('HTTP 503')
      return telephony.redirect(callId, assignment, to)
    },
  })
  let colleagues = ''
  stand = await openFloorStand({ wrap: lame })
  const caller = await waitingCaller(stand)
  const first = await talking(stand, 'anna', caller)
  await stand.floor.setPresence('sam', 'available')
  await stand.floor.transfer('anna', first.id, { kind: 'agent', name: 'sam' })
  const phone = await stand.ringing('sam')
  colleagues = (await stand.view('sam')).assignment?.id ?? ''
  await stand.floor.leave('anna', first.id)
  phone.answer()
  await stand.inState('sam', 'answering')
  phone.hangUp()
  await stand.until('they wait again', () => caller.view().state === 'waiting')
  expect(fails).toBe(1)
})
