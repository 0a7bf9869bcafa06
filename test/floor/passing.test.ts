/** A colleague's phone rings for a caller: whatever the agent who passes the call on does now, the caller is not hung up on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import type { AssignmentView } from '../../src/floor/view.ts'
import type { Assignment } from '../../src/seams/floor.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { assignmentOf, emptied, talking, waitingCaller } from '../support/floor-scenes.ts'
import { agents, type FloorStand, HANNA, openFloorStand } from '../support/floor-stand.ts'

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
  expect(await stand.floor.transfer('anna', talk.id, SAM, 'Router rot')).toEqual({ done: true })
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

describe('a call that a colleague passes on', () => {
  it('shows the agent who has it the colleague whose phone rings, and since when', async () => {
    const { talk } = await passing()
    const { passing: state, from } = (await stand.view('anna')).assignment ?? {}
    expect(from).toBeNull()
    expect(state).toEqual({ to: 'Sam', since: expect.any(String), until: expect.any(String), joined: false })
    expect(Date.parse(state?.since ?? '')).toBeGreaterThan(Date.parse(talk.since))
  })

  it('shows topic, level and note until it is taken, and whose it is only then', async () => {
    const caller = await stand.verified()
    const talk = await talking(stand, 'anna', caller)
    await stand.floor.setPresence('sam', 'available')
    await stand.floor.transfer('anna', talk.id, SAM, 'Rechnung doppelt')
    const phone = await stand.ringing('sam')
    const read = async () =>
      (await stand.deps.events.read({ callId: caller.callSid, limit: 100 })).filter(
        ({ kind, actor }) => kind === 'context_read' && actor === 'sam',
      ).length
    expect((await stand.view('sam')).assignment).toMatchObject({
      state: 'ringing',
      topic: 'bill',
      from: { agent: 'Anna', note: 'Rechnung doppelt' },
      preview: { level: 2, language: 'de' },
      context: null,
      actions: ['decline'],
    })
    expect(JSON.stringify((await stand.view('sam')).assignment)).not.toMatch(/Reuter|407182632/)
    expect(await read()).toBe(0)
    phone.answer()
    expect(await stand.inState('sam', 'joined')).toMatchObject({
      preview: null,
      from: { note: 'Rechnung doppelt' },
      context: { account: { name: 'Hanna Reuter' } },
    })
    // Looked at again, also at once and after another thing of the call has changed, it is the same reading.
    await stand.floor.leave('anna', talk.id)
    const { id, context } = await stand.inState('sam', 'talking')
    expect(await stand.floor.ticket('sam', id, { open: 'outage' })).toEqual({ done: true })
    const seen = await Promise.all([stand.view('sam'), stand.view('sam')])
    const tickets = seen.map(({ assignment }) => assignment?.context?.tickets.length)
    expect(tickets).toEqual(Array(2).fill((context?.tickets.length ?? 0) + 1))
    expect(await read()).toBe(1)
  })

  it('shows no account to a colleague whose topic it is not, nor what only customers are told', async () => {
    const caller = await stand.verified()
    const talk = await talking(stand, 'anna', caller)
    const sam = agents.find(({ name }) => name === 'sam')
    if (!sam) throw new Error('there is no Sam')
    const { topics } = sam
    sam.topics = ['outage', 'general']
    try {
      await stand.floor.setPresence('sam', 'available')
      await stand.floor.draft('anna', talk.id, { note: 'Rechnung doppelt', ticket: 'keep' })
      await stand.floor.transfer('anna', talk.id, SAM)
      const phone = await stand.ringing('sam')
      phone.answer()
      const taken = await stand.inState('sam', 'joined')
      expect(taken).toMatchObject({ notes: [], keeps: 'call' })
      expect(taken.context).toMatchObject({ assurance: { level: 2 }, account: null, contacts: [], tickets: [] })
      expect(taken.context?.mayNot).toContain('read_bill')
      expect((await assignmentOf(stand, taken.id)).ref).toBeNull()
      await stand.floor.leave('anna', talk.id)
      await stand.inState('sam', 'talking')
      expect(await stand.floor.ticket('sam', taken.id, { open: 'outage' })).toEqual({ refused: 'level' })
    } finally {
      sam.topics = topics
    }
  })

  it('is fetched back: the phone stops ringing, the talk goes on, and the colleague is told', async () => {
    const { caller, talk, phones } = await passing()
    expect(await stand.floor.fetchBack('anna', talk.id)).toEqual({ done: true })
    await stand.until('it rings no more', () => phones.sam.view().state === 'ended')
    expect(await assignmentOf(stand, talk.id)).toMatchObject({ state: 'talking' })
    expect((await stand.view('anna')).assignment).toMatchObject({
      passing: null,
      actions: ['hold', 'check', 'transfer', 'finish'],
    })
    expect(await stand.view('sam')).toMatchObject({
      assignment: null,
      missed: { why: 'fetched_back' },
      me: { presence: 'available' },
    })
    expect(caller.view().state).toBe('in_room')
    expect(await stand.floor.fetchBack('anna', talk.id)).toEqual({ refused: 'too_late' })
    expect(await stand.floor.fetchBack('sam', talk.id)).toEqual({ refused: 'not_found' })
    await inOrder()
  })

  it('tells the colleague that the caller has hung up, and not that it was fetched back', async () => {
    const { caller, phones } = await passing()
    caller.hangUp()
    await stand.until('it rings no more', () => phones.sam.view().state === 'ended')
    await stand.until('it is told', async () => (await stand.view('sam')).missed?.why === 'caller')
  })
})

describe('a colleague who takes a call that is passed on', () => {
  async function three(): Promise<Scene & { joined: AssignmentView }> {
    const scene = await passing()
    scene.phones.sam.answer()
    const joined = await stand.inState('sam', 'joined')
    await stand.until('Sam is in the room', () => scene.phones.sam.view().state === 'in_room')
    return { ...scene, joined }
  }

  it('comes into the talk: each hears the others, and the agent who has it sees who is there', async () => {
    const { caller, phones } = await three()
    const moved = heard(caller).length
    expect((await stand.view('anna')).assignment).toMatchObject({
      state: 'talking',
      passing: { to: 'Sam', joined: true },
      actions: ['hold', 'fetch_back', 'leave'],
    })
    expect((await stand.view('sam')).assignment?.actions).toEqual(['leave'])
    stand.standIn.exchange.say(caller.id, 'Wer ist noch da?')
    await stand.until('both agents hear', () =>
      [phones.anna, phones.sam].every((phone) => heard(phone).includes('Wer ist noch da?')),
    )
    stand.standIn.exchange.say(phones.sam.id, 'Sam hier')
    await stand.until('the caller hears', () => heard(caller).slice(moved).includes('Sam hier'))
    await inOrder()
  })

  it.each<[how: string, act: (scene: Scene) => unknown]>([
    ['leaves', ({ talk }) => stand.floor.leave('anna', talk.id)],
    ['would end the call', ({ talk }) => stand.floor.finish('anna', talk.id)],
    ['hangs up', ({ phones }) => phones.anna.hangUp()],
  ])('has the caller alone when the other %s, in the same room, and can do all with them', async (_how, act) => {
    const scene = await three()
    const { caller, talk, phones } = scene
    await act(scene)
    const mine = await stand.inState('sam', 'talking')
    expect(mine.id).toBe(scene.joined.id)
    expect(await assignmentOf(stand, talk.id)).toMatchObject({ state: 'wrap_up', endedBy: 'transfer' })
    await stand.until('Anna is let go', () => phones.anna.view().state === 'ended')
    expect([caller.view().state, phones.sam.view().state]).toEqual(['in_room', 'in_room'])
    // The sweep and late callbacks of the other's room take nobody out of it.
    const before = stand.clock.now().getTime()
    await stand.until('a sweep has looked', () => stand.clock.now().getTime() - before > 12_000)
    expect(caller.view().state).toBe('in_room')
    expect(await stand.floor.hold('sam', mine.id)).toEqual({ done: true })
    await stand.until('they are on hold', () => caller.view().state === 'on_hold')
    await stand.floor.resume('sam', mine.id)
    expect(await stand.floor.check('sam', mine.id)).toEqual({ done: true })
    await stand.until('the number is asked', async () => (await stand.stepOf(caller)) === 'number')
    caller.press('**')
    expect(await stand.floor.fetchBack('sam', mine.id)).toEqual({ done: true })
    await stand.inState('sam', 'talking')
    await stand.until('they are together', () => caller.view().state === 'in_room')
    expect(await stand.floor.finish('sam', mine.id)).toEqual({ done: true })
    await stand.until('the caller is let go', () => caller.view().state === 'ended')
    expect(heard(caller).join()).toMatch(/Wiederhören/)
    await inOrder()
  })

  it('goes out again, by themselves or fetched out, and the other talks on', async () => {
    const { caller, talk, joined, phones } = await three()
    expect(await stand.floor.check('anna', talk.id)).toEqual({ refused: 'too_late' })
    expect(await stand.floor.leave('sam', joined.id)).toEqual({ done: true })
    await stand.until('Sam is let go', () => phones.sam.view().state === 'ended')
    expect((await stand.view('sam')).assignment).toMatchObject({ state: 'wrap_up', endedBy: 'agent' })
    await stand.floor.wrapUp('sam', joined.id, { note: '', ticket: 'keep' })
    expect((await stand.view('anna')).assignment).toMatchObject({ state: 'talking', passing: null })
    expect(await stand.floor.transfer('anna', talk.id, SAM)).toEqual({ done: true })
    const again = await stand.ringing('sam')
    again.answer()
    await stand.inState('sam', 'joined')
    expect(await stand.floor.fetchBack('anna', talk.id)).toEqual({ done: true })
    await stand.until('Sam is let go', () => again.view().state === 'ended')
    expect((await stand.view('sam')).assignment).toMatchObject({ state: 'wrap_up', endedBy: 'transfer' })
    expect(caller.view().state).toBe('in_room')
    expect(await stand.floor.finish('anna', talk.id)).toEqual({ done: true })
    await stand.until('the caller is let go', () => caller.view().state === 'ended')
  })

  it.each<[how: string, act: (scene: Scene & { joined: AssignmentView }) => unknown]>([
    ['would end the call', ({ joined }) => stand.floor.finish('sam', joined.id)],
    ['hangs up', ({ phones }) => phones.sam.hangUp()],
  ])('only goes out when they %s: the caller is still with the other', async (_how, act) => {
    const scene = await three()
    const { caller, talk, joined, phones } = scene
    await act(scene)
    await stand.until('Sam is out', async () => (await assignmentOf(stand, joined.id)).state === 'wrap_up')
    await stand.until('Sam is let go', () => phones.sam.view().state === 'ended')
    expect(await assignmentOf(stand, joined.id)).toMatchObject({ endedBy: 'agent' })
    expect((await stand.view('anna')).assignment).toMatchObject({ state: 'talking', passing: null })
    expect([caller.view().state, phones.anna.view().state]).toEqual(['in_room', 'in_room'])
    expect(await assignmentOf(stand, talk.id)).toMatchObject({ state: 'talking' })
  })

  it('has the caller as the other left them, on hold, and nobody is sent to a queue while three talk', async () => {
    const { caller, talk, joined } = await three()
    const bill = { kind: 'queue', queue: 'rheinnetz.outage' } as const
    for (const [name, id] of [
      ['anna', talk.id],
      ['sam', joined.id],
    ] as const)
      expect([name, await stand.floor.transfer(name, id, bill)]).toEqual([name, { refused: 'too_late' }])
    expect(await stand.floor.hold('sam', joined.id)).toEqual({ refused: 'too_late' })
    await stand.floor.hold('anna', talk.id)
    await stand.until('they are on hold', () => caller.view().state === 'on_hold')
    await stand.floor.leave('anna', talk.id)
    const mine = await stand.inState('sam', 'talking')
    expect(mine).toMatchObject({ held: true, heldSince: expect.any(String) })
    expect(mine.actions).toContain('resume')
    expect(await stand.floor.resume('sam', mine.id)).toEqual({ done: true })
    await stand.until('they hear each other', () => caller.view().state === 'in_room')
  })

  it('and the agent both have their wrap-up when the caller hangs up', async () => {
    const { caller, talk, joined, phones } = await three()
    caller.hangUp()
    await stand.until('both are let go', () => [phones.anna, phones.sam].every(({ view }) => view().state === 'ended'))
    for (const { id } of [talk, joined])
      expect(await assignmentOf(stand, id)).toMatchObject({ state: 'wrap_up', endedBy: 'caller' })
  })
})

describe('a note to the next agent of a queue', () => {
  const bill = { kind: 'queue', queue: 'rheinnetz.bill' } as const

  it('is shown with who passed the caller on, from the ring on, and to the next one should the first not take it', async () => {
    const caller = await stand.verified()
    const talk = await talking(stand, 'anna', caller)
    expect(await stand.floor.transfer('anna', talk.id, bill, 'Rechnung doppelt')).toEqual({ done: true })
    await stand.until('the caller waits', () => caller.view().state === 'waiting')
    expect((await stand.view('anna')).assignment).toMatchObject({ state: 'wrap_up', from: null })
    await stand.floor.take('dora', null)
    const { id } = await stand.inState('dora', 'ringing')
    const given = { agent: 'Anna', topic: 'bill', note: 'Rechnung doppelt' }
    expect((await stand.view('dora')).assignment).toMatchObject({ from: given, preview: null })
    await stand.floor.decline('dora', id)
    await stand.floor.take('sam', null)
    const phone = await stand.ringing('sam')
    phone.answer()
    const mine = await stand.inState('sam', 'talking')
    expect(mine.from).toEqual(given)
    // And with the next word it is that one.
    await stand.floor.transfer('sam', mine.id, bill)
    await stand.until('the caller waits', () => caller.view().state === 'waiting')
    await stand.floor.take('dora', null)
    expect((await stand.inState('dora', 'ringing')).from).toEqual({ agent: 'Sam', topic: 'bill', note: null })
  })

  it('is what the colleague was told, where the agent left and the colleague does not come', async () => {
    const { caller, talk, phones } = await passing()
    await stand.floor.leave('anna', talk.id)
    await stand.until('the caller waits', () => caller.view().state === 'waiting')
    phones.sam.decline()
    await stand.until('it rings for nobody', async () => (await stand.view('sam')).assignment === null)
    await stand.floor.take('dora', null)
    expect((await stand.inState('dora', 'ringing')).from).toEqual({
      agent: 'Anna',
      topic: 'outage',
      note: 'Router rot',
    })
  })
})

it('a note that goes with a call is in no row after seven days, and in its own until then', async () => {
  const { talk, caller } = await passing()
  await stand.floor.leave('anna', talk.id)
  await stand.until('the caller waits', () => caller.view().state === 'waiting')
  await emptied(stand)
  const { notes, database } = stand.deps
  const kept = async () => {
    const rows = await database.db
      .selectFrom('assignment')
      .select('facts')
      .where('call_id', '=', caller.callSid)
      .execute()
    return JSON.stringify(rows).split('Router rot').length - 1
  }
  const after = (days: number) => new Date(stand.clock.now().getTime() + days * 86_400_000)
  await notes.prune(after(6.9))
  expect(await kept()).toBeGreaterThanOrEqual(2)
  await notes.prune(after(7.1))
  expect(await kept()).toBe(0)
  // All else is as it was: who passed the call on is no note.
  expect(await assignmentOf(stand, talk.id)).toMatchObject({ state: 'over', said: { agent: 'Anna', note: null } })
})

describe('the colleagues that an agent may ask', () => {
  const sees = async () => (await stand.view('anna')).colleagues.map(({ name, sees }) => [name, sees]).sort()

  it('are told apart by what they would see of the call, as long as there is one', async () => {
    expect(await sees()).toEqual([
      ['ben', null],
      ['dora', null],
      ['sam', null],
    ])
    const caller = await stand.verified()
    const talk = await talking(stand, 'anna', caller)
    const [ben, sam] = ['ben', 'sam'].map((name) => agents.find((agent) => agent.name === name))
    if (!ben || !sam) throw new Error('two of them are missing')
    const was = { topics: ben.topics, brands: sam.brands }
    Object.assign(ben, { topics: ['outage'] })
    Object.assign(sam, { brands: ['alpenfunk'] })
    try {
      expect(await sees()).toEqual([
        ['ben', 'no_account'],
        ['dora', 'the_same'],
        ['sam', 'not_theirs'],
      ])
      await stand.floor.setPresence('sam', 'available')
      expect(await stand.floor.transfer('anna', talk.id, SAM)).toEqual({ refused: 'not_allowed' })
    } finally {
      ben.topics = was.topics
      sam.brands = was.brands
    }
  })

  it('are busy where they have a call, and the agent is told that it is them', async () => {
    const [first, second] = [await waitingCaller(stand), await waitingCaller(stand)]
    const talk = await talking(stand, 'anna', first)
    await talking(stand, 'sam', second)
    expect(await stand.floor.transfer('anna', talk.id, SAM)).toEqual({ refused: 'colleague_busy' })
  })
})

describe('what an agent is shown of the caller', () => {
  const account = async () => (await stand.view('anna')).assignment?.context?.account ?? null

  it('is that of the call as it stands, also where two answers went out in the same millisecond', async () => {
    const caller = await stand.verified()
    await talking(stand, 'anna', caller)
    expect(await account()).toMatchObject({ name: 'Hanna Reuter' })
    const { calls } = stand.deps.live
    const seized = await calls.seize(caller.callSid, { create: false, leaseMs: 10_000 })
    if (seized.kind !== 'proceed' || !seized.call) throw new Error('the call cannot be had')
    const lower = { ...seized.call, assurance: { ...seized.call.assurance, level: 0 as const, method: null } }
    expect(await calls.save(caller.callSid, seized.claim, { ...lower, claim: null }, 'next')).toBe(true)
    expect(await account()).toBeNull()
  })

  it('is gone with the right to see it', async () => {
    const caller = await stand.verified()
    await talking(stand, 'anna', caller)
    expect(await account()).toMatchObject({ name: 'Hanna Reuter' })
    const anna = agents.find(({ name }) => name === 'anna')
    if (!anna) throw new Error('there is no Anna')
    const { topics } = anna
    anna.topics = ['outage']
    try {
      expect(await account()).toBeNull()
    } finally {
      anna.topics = topics
    }
  })
})

it('who leaves when the colleague has just declined stays in the talk', async () => {
  const { caller, talk, phones } = await passing()
  expect((await stand.view('anna')).assignment?.actions).toEqual(['hold', 'check', 'fetch_back', 'leave'])
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

it('an agent who has passed a caller on sees nothing that they prove to the next', async () => {
  const caller = await waitingCaller(stand)
  const { id } = await talking(stand, 'anna', caller)
  await stand.floor.transfer('anna', id, { kind: 'queue', queue: 'rheinnetz.general' })
  await stand.until('they wait again', () => caller.view().state === 'waiting')
  await stand.floor.take('sam', null)
  const phone = await stand.ringing('sam')
  phone.answer()
  const next = await stand.inState('sam', 'talking')
  await stand.floor.check('sam', next.id)
  await stand.enter(caller, 'number', `${HANNA.customerNumber}#`)
  await stand.enter(caller, 'pin', HANNA.pin)
  expect(await stand.inState('sam', 'talking')).toMatchObject({ context: { account: { name: 'Hanna Reuter' } } })
  const passedOn = (await stand.view('anna')).assignment
  expect(passedOn).toMatchObject({ state: 'wrap_up', endedBy: 'transfer' })
  expect(passedOn?.context?.account ?? null).toBeNull()
  // And what Anna writes goes to nobody's ticket.
  const ref = (await stand.view('sam')).assignment?.context?.account?.id ?? ''
  const tickets = async () => (await stand.deps.source.context('rheinnetz', ref, new Date()))?.tickets
  const before = await tickets()
  expect(before).toBeDefined()
  await stand.floor.wrapUp('anna', id, { note: 'Leitung gestört', ticket: 'keep' })
  expect(await tickets()).toEqual(before)
})
