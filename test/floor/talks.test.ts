import { afterEach, expect, it } from '@jest/globals'
import { deskView } from '../../src/floor/view.ts'
import { standingIn } from '../../src/hotlines/draw-flow.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'

let stand: FloorStand
afterEach(() => stand?.close())

it('brings a verified caller to the agent who is free, context first, and says goodbye to them at the end', async () => {
  stand = await openFloorStand()
  const caller = await stand.verified()
  const waiting = (await stand.view('anna')).waiting
  expect(waiting).toMatchObject({
    total: 1,
    mine: 1,
    callers: [{ callSid: caller.callSid, level: 2, reason: 'waiting' }],
  })

  expect(await stand.floor.setPresence('anna', 'available')).toEqual({ done: true })
  const phone = await stand.ringing('anna')
  const offer = deskView.parse(await stand.view('anna'))
  expect(offer.assignment).toMatchObject({
    state: 'ringing',
    callSid: caller.callSid,
    actions: ['decline'],
    context: { assurance: { level: 2, method: 'pin' }, account: { name: 'Hanna Reuter' } },
  })
  expect(caller.view().state).toBe('waiting')

  phone.answer()
  await stand.until('they talk', async () => (await stand.view('anna')).assignment?.state === 'talking')
  await stand.until('both are in the room', () => caller.view().state === 'in_room' && phone.view().state === 'in_room')
  expect(phone.view().lines.map(({ text }) => text)).toContain('Mit PIN geprüft.')
  expect(caller.view().lines.map(({ text }) => text)).not.toContain('Mit PIN geprüft.')
  stand.standIn.exchange.say(caller.id, 'Guten Tag')
  await stand.until('the agent hears', () => phone.view().lines.some(({ text }) => text === 'Guten Tag'))

  const id = (await stand.view('anna')).assignment?.id ?? ''
  expect(await stand.floor.finish('anna', id)).toEqual({ done: true })
  await stand.until('both phones are put down', () => caller.view().state === 'ended' && phone.view().state === 'ended')
  expect(caller.view().lines.map(({ text }) => text)).toContain('Danke für Ihren Anruf. Auf Wiederhören.')
  const wrap = (await stand.view('anna')).assignment
  expect(wrap).toMatchObject({ state: 'wrap_up', endedBy: 'agent', actions: ['wrap_up'] })
  expect(await stand.floor.wrapUp('anna', id, { note: 'Alles geklärt.', ticket: 'keep' })).toEqual({ done: true })
  expect((await stand.view('anna')).assignment).toBeNull()
  const account = await stand.deps.source.context('rheinnetz', offer.assignment?.context?.account?.id ?? '', new Date())
  expect(account?.tickets).toMatchObject([
    { topic: 'bill', open: true, notes: [{ agent: 'Anna', text: 'Alles geklärt.' }] },
  ])
})

it('sends a caller to the PIN check and back to the same agent, who hears no key and sees the new level', async () => {
  stand = await openFloorStand()
  const caller = await stand.caller('rheinnetz', '2')
  await stand.until('the caller waits', () => caller.view().state === 'waiting')
  const queued = await stand.stepOf(caller)
  await stand.floor.take('anna', null)
  const phone = await stand.ringing('anna')
  phone.answer()
  const talk = await stand.until('they talk', async () => {
    const { assignment } = await stand.view('anna')
    return assignment?.state === 'talking' && assignment
  })
  expect(talk.context?.assurance.level).toBe(0)
  expect(await stand.floor.check('anna', talk.id)).toEqual({ done: true })
  await stand.until('the check asks', () => caller.view().lines.some(({ text }) => text.startsWith('Zu Ihrem Schutz')))
  expect((await stand.view('anna')).assignment).toMatchObject({ state: 'checking', check: 'running' })
  const heardBefore = phone.view().lines.length
  await stand.until('the number is asked', async () => (await stand.stepOf(caller)) === 'number')
  // The brand's own flow has a step of this name too, and the caller is not there.
  const checked = await stand.deps.live.calls.get(caller.callSid)
  expect(checked && standingIn(stand.deps.hotlines, checked)).toEqual({
    step: queued,
    inCheck: true,
    asks: { for: 'number', hash: true },
  })
  await stand.enter(caller, 'number', '407182632#')
  await stand.enter(caller, 'pin', '4826')
  const back = await stand.until('they are back', async () => {
    const { assignment } = await stand.view('anna')
    return assignment?.state === 'talking' && assignment
  })
  expect(back).toMatchObject({ id: talk.id, check: 'verified', context: { assurance: { level: 2, method: 'pin' } } })
  const joined = await stand.deps.live.calls.get(caller.callSid)
  expect(joined && standingIn(stand.deps.hotlines, joined)).toEqual({ step: queued, inCheck: false, asks: null })
  expect(phone.view().state).toBe('in_room')
  expect(phone.view().lines).toHaveLength(heardBefore)
  expect(stand.logged()).not.toContain('4826')
})

it('fetches a caller back out of the PIN check: the talk goes on as it was, and what was keyed counts on', async () => {
  stand = await openFloorStand()
  const caller = await stand.caller('rheinnetz', '2')
  await stand.until('the caller waits', () => caller.view().state === 'waiting')
  const queued = await stand.stepOf(caller)
  await stand.floor.take('anna', null)
  const phone = await stand.ringing('anna')
  phone.answer()
  const talk = await stand.inState('anna', 'talking')
  expect(await stand.floor.fetchBack('anna', talk.id)).toEqual({ refused: 'too_late' })
  await stand.floor.check('anna', talk.id)
  await stand.enter(caller, 'number', '407182632#')
  await stand.until('the PIN is asked', async () => (await stand.stepOf(caller)) === 'pin')
  expect((await stand.view('anna')).assignment?.actions).toEqual(['fetch_back', 'finish'])
  expect(await stand.floor.fetchBack('ben', talk.id)).toEqual({ refused: 'not_found' })
  expect(await stand.floor.fetchBack('anna', talk.id)).toEqual({ done: true })
  const back = await stand.inState('anna', 'talking')
  expect(back).toMatchObject({ id: talk.id, check: 'called_off', context: { assurance: { level: 1 }, account: null } })
  await stand.until('they are together', () => caller.view().state === 'in_room')
  // In its brand's own flow again, where a goodbye is, and not at the PIN prompt.
  const call = await stand.deps.live.calls.get(caller.callSid)
  expect(call).toMatchObject({ flow: 'hotline', step: queued, check: null, entries: 1, tries: 0 })
  await stand.floor.finish('anna', talk.id)
  await stand.until('both phones are put down', () => caller.view().state === 'ended')
  expect(caller.view().lines.map(({ text }) => text)).toContain('Danke für Ihren Anruf. Auf Wiederhören.')
})

it('asks an agent at a telephone for a key, so that no voicemail takes the call', async () => {
  stand = await openFloorStand()
  const caller = await stand.verified()
  await stand.floor.take('dora', null)
  const voicemail = await stand.ringing('dora')
  voicemail.answer()
  await stand.until('it is whispered to', () =>
    voicemail.view().lines.some(({ text }) => text === 'Zum Annehmen die Eins.'),
  )
  expect((await stand.view('dora')).assignment?.state).toBe('ringing')
  await stand.until('nobody pressed a key', () => voicemail.view().state === 'ended')
  // Anna was away before, too: that the phone was not answered must have been told.
  await stand.until('Anna is away for it', async () => {
    const { me, assignment } = await stand.view('dora')
    return me.awayBecause === 'voicemail' && assignment === null
  })
  expect((await stand.view('dora')).waiting.callers).toMatchObject([{ callSid: caller.callSid, offeredTo: null }])

  // A wrong key is asked for once more, and that is all.
  const asked = (phone: Handset) => phone.view().lines.filter(({ text }) => text === 'Zum Annehmen die Eins.').length
  const ringsAndIsAsked = async (): Promise<Handset> => {
    await stand.floor.take('dora', null)
    const phone = await stand.ringing('dora')
    phone.answer()
    await stand.until('it is whispered', () => asked(phone) === 1 && phone.view().listening !== null)
    phone.press('7')
    await stand.until('it is whispered again', () => asked(phone) === 2 && phone.view().listening !== null)
    expect((await stand.view('dora')).assignment?.state).toBe('ringing')
    return phone
  }
  const slipping = await ringsAndIsAsked()
  slipping.press('9')
  await stand.until('the phone is put down', () => slipping.view().state === 'ended')
  await stand.until('Dora is away for it', async () => (await stand.view('dora')).me.awayBecause === 'wrong_key')
  const phone = await ringsAndIsAsked()
  phone.press('1')
  await stand.until('they talk', async () => (await stand.view('dora')).assignment?.state === 'talking')
  await stand.until('both are there', () => caller.view().state === 'in_room' && phone.view().state === 'in_room')
})
