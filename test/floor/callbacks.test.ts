/**
 * Callbacks that are forged, replayed or of another call, by real HTTP. After each attack the floor is looked at, and not
 * the answer alone.
 */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import request from 'supertest'
import type { Assignment } from '../../src/seams/floor.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { assignmentOf, books, emptied, talking, waitingCaller } from '../support/floor-scenes.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'
import { gathered, signForm, twilioFields } from '../support/signing.ts'

let stand: FloorStand
beforeAll(async () => {
  // No phone stops ringing by itself, however slow the machine is.
  stand = await openFloorStand({
    wrap: (telephony) => ({ ...telephony, ring: (leg) => telephony.ring({ ...leg, seconds: 600 }) }),
  })
})
afterAll(() => stand.close())
afterEach(() => emptied(stand))

/** `token`: another one than the account's makes it forged. */
async function callback(path: string, fields: Record<string, string>, token = stand.deps.keys.twilioAuthTokens[0]) {
  const form = { AccountSid: stand.deps.keys.twilioAccountSid, ...fields }
  const { body, headers } = signForm(`${stand.url}${path}`, form, token)
  return request(stand.url).post(path).set(headers).send(body)
}
const leg = (sid: string, more: Record<string, string> = {}) => ({
  CallSid: sid,
  CallStatus: 'in-progress',
  ...more,
})
const joined = ({ id, conference }: Assignment, sid: string) => ({
  ConferenceSid: conference ?? '',
  FriendlyName: `talk-${id}`,
  StatusCallbackEvent: 'participant-join',
  CallSid: sid,
})
const callersLeg = (caller: Handset) => {
  const { AccountSid: _, ...fields } = twilioFields({ CallSid: caller.callSid, To: caller.view().with })
  return fields
}

/** Every callback that a talk has had, as it came. */
const all = (talk: Assignment, caller: Handset): [path: string, fields: Record<string, string>][] => {
  const agent = `/voice/agent/${talk.id}`
  const legId = talk.legId ?? ''
  return [
    [agent, leg(legId)],
    [`${agent}/accept`, leg(legId, gathered('1'))],
    [`${agent}/again`, leg(legId, gathered('7'))],
    [`${agent}/left`, leg(legId)],
    [`${agent}/ended`, leg(legId, { CallStatus: 'completed' })],
    [`${agent}/ended`, leg(legId, { CallStatus: 'no-answer' })],
    ['/voice/room', joined(talk, legId)],
    ['/voice/room', joined(talk, caller.callSid)],
    ['/voice/room', { ...joined(talk, caller.callSid), StatusCallbackEvent: 'participant-leave' }],
    ['/voice/room', { ...joined(talk, ''), StatusCallbackEvent: 'conference-end' }],
    [`/voice/move/${talk.id}/join/${talk.redirect?.nonce}`, callersLeg(caller)],
    ['/voice/hold', leg(caller.callSid)],
  ]
}

it('a callback that is forged is refused, and nothing has happened', async () => {
  const caller = await waitingCaller(stand)
  const talk = await talking(stand, 'anna', caller)
  const before = await books(stand)
  for (const [path, fields] of all(talk, caller)) {
    const { status, text } = await callback(path, fields, 'f'.repeat(32))
    expect([path, status, text]).toEqual([path, 403, 'Forbidden.'])
  }
  const [path, fields] = all(talk, caller)[3] ?? ['', {}]
  const { headers } = signForm(`${stand.url}${path}`, fields, stand.deps.keys.twilioAuthTokens[0])
  const altered = new URLSearchParams({ ...fields, CallStatus: 'failed' }).toString()
  expect((await request(stand.url).post(path).set(headers).send(altered)).status).toBe(403)
  expect((await request(stand.url).post(path).type('form').send(altered)).status).toBe(403)
  expect(await books(stand)).toEqual(before)
})

it('a callback of a talk that is over, played again, does nothing to the next talk of the same caller', async () => {
  const caller = await waitingCaller(stand)
  const first = await talking(stand, 'anna', caller)
  await stand.floor.transfer('anna', first.id, { kind: 'queue', queue: 'rheinnetz.general' })
  await stand.until('they wait again', () => caller.view().state === 'waiting')
  const sent = await assignmentOf(stand, first.id)
  const second = await talking(stand, 'sam', caller)
  const before = await books(stand)
  const old = [
    ...all(first, caller),
    [`/voice/move/${first.id}/queue/${sent.redirect?.nonce}`, callersLeg(caller)] as const,
  ]
  for (const [path, fields] of old) {
    const { status, text } = await callback(path, fields)
    expect(status).toBeLessThan(300)
    if (path.startsWith('/voice/agent')) expect(text).not.toContain('<Conference')
    // A request for a redirect that is past gets what the call has now.
    if (path.startsWith('/voice/move')) expect(text).toContain(`talk-${second.id}`)
  }
  expect(await books(stand)).toEqual(before)
  expect(caller.view().state).toBe('in_room')
})

it('a callback of a leg or a call that is not of the talk brings nobody in and ends nothing', async () => {
  const caller = await waitingCaller(stand)
  const talk = await talking(stand, 'anna', caller)
  const other = await waitingCaller(stand)
  const before = await books(stand)
  const agent = `/voice/agent/${talk.id}`
  for (const sid of [other.callSid, caller.callSid, `CA${'9'.repeat(32)}`]) {
    for (const path of [agent, `${agent}/accept`]) {
      const { text } = await callback(path, leg(sid, gathered('1')))
      expect([path, text]).toEqual([path, expect.not.stringContaining('<Conference')])
    }
    for (const CallStatus of ['completed', 'failed', 'no-answer'])
      expect((await callback(`${agent}/ended`, leg(sid, { CallStatus }))).status).toBe(204)
    if (sid !== caller.callSid) expect((await callback('/voice/room', joined(talk, sid))).status).toBe(204)
  }
  const redirected = await callback(`/voice/move/${talk.id}/join/${talk.redirect?.nonce}`, callersLeg(other))
  expect(redirected.text).toContain('<Enqueue')
  expect(redirected.text).not.toContain(talk.id)
  for (const path of [`/voice/agent/${'0'.repeat(32)}`, `/voice/move/${'0'.repeat(32)}/join/n0nce`])
    expect((await callback(path, callersLeg(other))).text).not.toContain('<Conference')
  expect(await books(stand)).toEqual(before)
  expect([caller.view().state, other.view().state]).toEqual(['in_room', 'waiting'])
})

it('a callback of a leg that is not the one that rings neither takes nor declines the call', async () => {
  const caller = await waitingCaller(stand)
  await stand.floor.take('dora', null)
  const phone = await stand.ringing('dora')
  const { id } = await stand.until('the leg is known', async () =>
    (await stand.deps.floorStore.active()).find(({ legId }) => legId === phone.callSid),
  )
  const tomorrow = JSON.stringify(new Date(stand.clock.now().getTime() + 86_400_000))
  await sql`UPDATE assignment SET facts = jsonb_set(facts, '{until}', ${tomorrow}::jsonb) WHERE id = ${id}`.execute(
    stand.deps.database.db,
  )
  const before = await books(stand)
  for (const sid of [caller.callSid, `CA${'9'.repeat(32)}`]) {
    const taken = await callback(`/voice/agent/${id}/accept`, leg(sid, gathered('1')))
    expect(taken.text).not.toContain('<Conference')
    await callback(`/voice/agent/${id}/ended`, leg(sid, { CallStatus: 'busy' }))
    await callback('/voice/room', {
      ...joined(await assignmentOf(stand, id), sid),
      ConferenceSid: `CF${'0'.repeat(32)}`,
    })
  }
  expect(await books(stand)).toEqual(before)
  expect(phone.view().state).toBe('ringing')
})
