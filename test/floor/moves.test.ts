import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import type { AssignmentView } from '../../src/floor/view.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { type FloorStand, OLIVER, openFloorStand } from '../support/floor-stand.ts'

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
})
afterAll(() => stand.close())
afterEach(() => allDown())

const assignmentOf = async (name: string): Promise<AssignmentView | null> => (await stand.view(name)).assignment
const inState = (name: string, state: AssignmentView['state']) => stand.inState(name, state)

/** Rings an agent for the next caller and puts the two together. */
async function talk(name: string): Promise<{ phone: Handset; assignment: AssignmentView }> {
  expect(await stand.floor.take(name, null)).toEqual({ done: true })
  const phone = await stand.ringing(name)
  phone.answer()
  return { phone, assignment: await inState(name, 'talking') }
}

/** Puts everything down, so that the next test begins with an empty floor. */
async function allDown(): Promise<void> {
  for (const phone of stand.standIn.exchange.handsets()) phone.hangUp()
  for (const name of ['anna', 'ben', 'sam']) {
    await stand.until(`${name} is done`, async () => {
      const assignment = await assignmentOf(name)
      if (assignment?.state === 'wrap_up') await stand.floor.wrapUp(name, assignment.id, { note: '', ticket: 'keep' })
      return assignment === null
    })
    await stand.floor.setPresence(name, 'away')
  }
  await stand.until('nobody waits', async () => (await stand.view('sam')).waiting.total === 0)
}

describe('a phone that rings', () => {
  it('and is not answered leaves the caller their place, and makes the agent away', async () => {
    const [first, second] = [await stand.verified(), await stand.verified(OLIVER)]
    await stand.floor.setPresence('anna', 'available')
    await stand.ringing('anna')
    await stand.until('it has rung long enough', async () => (await assignmentOf('anna')) === null)
    const view = await stand.view('anna')
    expect(view.me).toMatchObject({ presence: 'away', awayBecause: 'no_answer' })
    expect(view.waiting.callers.map(({ callSid }) => callSid)).toEqual([first.callSid, second.callSid])
    expect(first.view().state).toBe('waiting')
  })

  it('stops at once when the caller hangs up', async () => {
    const caller = await stand.verified()
    await stand.floor.take('anna', null)
    const phone = await stand.ringing('anna')
    caller.hangUp()
    await stand.until('it stops ringing', () => phone.view().state === 'ended')
    expect(await assignmentOf('anna')).toBeNull()
  })

  it('is one for each caller, no matter who takes and how often', async () => {
    await stand.verified()
    const taken = await Promise.all(['anna', 'anna', 'sam', 'ben'].map((name) => stand.floor.take(name, null)))
    expect(taken.filter((done) => 'done' in done)).toHaveLength(1)
    expect(
      stand.standIn.exchange
        .handsets()
        .filter((phone) => phone.view().kind === 'agent' && phone.view().state === 'ringing'),
    ).toHaveLength(1)
  })

  it('is refused to an agent who does not take the topic, and to an agent who picks', async () => {
    const outage = await stand.caller('rheinnetz', '2')
    await stand.until('they wait', () => outage.view().state === 'waiting')
    expect(await stand.floor.take('ben', null)).toEqual({ refused: 'nobody_waits' })
    expect(await stand.floor.take('anna', outage.callSid)).toEqual({ refused: 'not_allowed' })
    expect(await stand.floor.take('sam', `CA${'0'.repeat(32)}`)).toEqual({ refused: 'not_found' })
    expect(await stand.floor.take('nobody', null)).toEqual({ refused: 'not_found' })
  })
})

describe('in a talk', () => {
  it('the caller is held, hears nobody, and comes back', async () => {
    const caller = await stand.verified()
    const { phone, assignment } = await talk('anna')
    await stand.until('they are there', () => caller.view().state === 'in_room')
    expect(await stand.floor.hold('anna', assignment.id)).toEqual({ done: true })
    await stand.until('they are on hold', () => caller.view().state === 'on_hold')
    expect(await stand.floor.hold('anna', assignment.id)).toEqual({ refused: 'too_late' })
    const { since, heldSince } = (await assignmentOf('anna')) ?? {}
    expect(Date.parse(heldSince ?? '')).toBeGreaterThan(Date.parse(since ?? ''))
    stand.standIn.exchange.say(phone.id, 'Hören Sie mich?')
    expect(await stand.floor.resume('anna', assignment.id)).toEqual({ done: true })
    await stand.until('they are back', () => caller.view().state === 'in_room')
    expect((await assignmentOf('anna'))?.heldSince).toBeNull()
    expect(caller.view().lines.map(({ text }) => text)).not.toContain('Hören Sie mich?')
  })

  it('a caller is passed on to another topic with their level, and the agent is free', async () => {
    const caller = await stand.verified()
    const { phone, assignment } = await talk('anna')
    expect(await stand.floor.transfer('anna', assignment.id, { kind: 'queue', queue: 'rheinnetz.no_such' })).toEqual({
      refused: 'not_found',
    })
    const to = { kind: 'queue', queue: 'rheinnetz.outage' } as const
    expect(await stand.floor.transfer('ben', assignment.id, to)).toEqual({ refused: 'not_found' })
    expect(await stand.floor.transfer('anna', assignment.id, to)).toEqual({ done: true })
    await stand.until('they wait again', () => caller.view().state === 'waiting')
    await stand.until('the agent hangs up', () => phone.view().state === 'ended')
    const [row] = (await stand.view('sam')).waiting.callers
    expect(row).toMatchObject({ callSid: caller.callSid, topic: 'outage', level: 2, reason: 'returned' })
    expect(await assignmentOf('anna')).toMatchObject({ state: 'wrap_up', endedBy: 'transfer' })
  })

  it('a caller below the level of a queue is not passed on to it', async () => {
    const caller = await stand.caller('rheinnetz', '2')
    await stand.until('they wait', () => caller.view().state === 'waiting')
    const { assignment } = await talk('anna')
    const to = { kind: 'queue', queue: 'rheinnetz.bill' } as const
    expect(await stand.floor.transfer('anna', assignment.id, to)).toEqual({ refused: 'level' })
    await stand.until('they are still there', () => caller.view().state === 'in_room')
  })

  it('a colleague takes a caller over, and sees where they come from; no answer changes nothing', async () => {
    const caller = await stand.verified()
    const { assignment } = await talk('anna')
    const to = { kind: 'agent', name: 'sam' } as const
    expect(await stand.floor.transfer('anna', assignment.id, to)).toEqual({ refused: 'colleague_busy' })
    await stand.floor.setPresence('sam', 'available')
    expect(await stand.floor.transfer('anna', assignment.id, to)).toEqual({ done: true })
    const unanswered = await stand.ringing('sam')
    unanswered.decline()
    await stand.until('sam is away', async () => {
      const { me, assignment } = await stand.view('sam')
      return me.presence === 'away' && assignment === null
    })
    expect(await inState('anna', 'talking')).toMatchObject({ id: assignment.id })
    await stand.until('they are still there', () => caller.view().state === 'in_room')

    await stand.floor.setPresence('sam', 'available')
    expect(await stand.floor.transfer('anna', assignment.id, to)).toEqual({ done: true })
    const phone = await stand.ringing('sam')
    phone.answer()
    const joined = await inState('sam', 'joined')
    expect(joined).toMatchObject({ from: { agent: 'Anna', topic: 'bill' }, context: { assurance: { level: 2 } } })
    expect(await stand.floor.leave('anna', assignment.id)).toEqual({ done: true })
    expect(await inState('sam', 'talking')).toMatchObject({
      id: joined.id,
      actions: ['hold', 'check', 'transfer', 'finish'],
    })
    expect(await assignmentOf('anna')).toMatchObject({ state: 'wrap_up', endedBy: 'transfer' })
    await stand.until(
      'both are in one room',
      () => caller.view().state === 'in_room' && phone.view().state === 'in_room',
    )
    stand.standIn.exchange.say(phone.id, 'Hier ist Sam')
    await stand.until('they hear', () => caller.view().lines.some(({ text }) => text === 'Hier ist Sam'))
  })

  it('an agent who leaves during the check leaves the caller their place', async () => {
    const caller = await stand.verified()
    const { phone, assignment } = await talk('anna')
    await stand.floor.check('anna', assignment.id)
    await stand.until('the number is asked', async () => (await stand.stepOf(caller)) === 'number')
    phone.hangUp()
    await inState('anna', 'wrap_up')
    await stand.enter(caller, 'number', '407182632#')
    await stand.enter(caller, 'pin', '4826')
    await stand.until('they wait', () => caller.view().state === 'waiting')
    const [row] = (await stand.view('sam')).waiting.callers
    expect(row).toMatchObject({ callSid: caller.callSid, topic: 'bill', level: 2, reason: 'returned' })
  })

  it('a check that fails brings the caller back to the agent, who sees no data then', async () => {
    const caller = await stand.caller('rheinnetz', '2')
    await stand.until('they wait', () => caller.view().state === 'waiting')
    const { assignment } = await talk('anna')
    await stand.floor.check('anna', assignment.id)
    const tries = async () => (await stand.deps.live.calls.get(caller.callSid))?.tries
    for (const [made, number] of [
      [0, true],
      [1, false],
      [2, true],
    ] as const) {
      if (number) {
        await stand.enter(caller, 'number', '519038476#')
      }
      await stand.enter(caller, 'pin', '0000')
      await stand.until('it was wrong', async () => ((await tries()) ?? 0) > made)
    }
    const back = await inState('anna', 'talking')
    expect(back).toMatchObject({ check: 'refused', context: { outcome: 'refused', account: null } })
    expect(back.context?.may).not.toContain('read_bill')
  })
})

it('kept the order all the while, as its journal says', async () => {
  const check = createJournalCheck()
  for (const line of await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })) check.take(line)
  const { offers, overtakings, notWaiting } = check.report()
  expect(offers).toBeGreaterThan(5)
  expect(overtakings.filter(({ reason }) => reason === 'none')).toEqual([])
  expect(notWaiting).toEqual([])
})
