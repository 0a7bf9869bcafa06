/** Nobody is left behind by an order that the network has not carried out: what was not done is seen, and done later. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { emptied, talking, waitingCaller } from '../support/floor-scenes.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'
import { signForm } from '../support/signing.ts'

let stand: FloorStand
/** So many orders to put a caller back, or all orders to move one, fail from now on. */
const failing = { back: 0, all: false }
beforeAll(async () => {
  stand = await openFloorStand({
    wrap: (telephony) => ({
      ...telephony,
      ring: (leg) => telephony.ring({ ...leg, seconds: 600 }),
      async redirect(callId, assignment, to) {
        const fails = failing.all || (to.kind === 'queue' && failing.back-- > 0)
        if (fails) throw new Error('no answer')
        return telephony.redirect(callId, assignment, to)
      },
    }),
  })
})
afterAll(() => stand.close())
afterEach(async () => {
  Object.assign(failing, { back: 0, all: false })
  for (const name of ['anna', 'sam']) await stand.floor.setPresence(name, 'away')
  await emptied(stand)
})

it.each(['leave', 'finish'] as const)(
  'by an agent who goes by %s and has saved the note before anybody noticed',
  async (how) => {
    const caller = await waitingCaller(stand)
    const talk = await talking(stand, 'anna', caller)
    await stand.floor.setPresence('sam', 'available')
    await stand.floor.transfer('anna', talk.id, { kind: 'agent', name: 'sam' })
    const sam = await stand.ringing('sam')
    failing.back = 1
    await stand.floor[how]('anna', talk.id)
    await stand.floor.wrapUp('anna', talk.id, { note: '', ticket: 'keep' })
    sam.decline()
    await stand.until('the caller waits again', () => caller.view().state === 'waiting')
  },
)

it('in a queue that fails after an agent that they never came to', async () => {
  const caller = await waitingCaller(stand)
  await stand.floor.take('anna', null)
  const phone = await stand.ringing('anna')
  failing.all = true
  phone.answer()
  await stand.until('nobody could be brought in', async () => (await stand.view('anna')).assignment === null)
  const document = await afterQueue(caller.callSid, 'system-error')
  expect(document).toContain('<Enqueue')
})

it('by a colleague who answers in the moment in which the agent leaves', async () => {
  const caller = await waitingCaller(stand)
  const talk = await talking(stand, 'anna', caller)
  await stand.floor.setPresence('sam', 'available')
  await stand.floor.transfer('anna', talk.id, { kind: 'agent', name: 'sam' })
  const sam = await stand.ringing('sam')
  const { floorStore } = stand.deps
  const { save } = floorStore
  floorStore.save = async (changed, along) => {
    if (changed.length === 2) {
      floorStore.save = save
      await stand.floor.leave('anna', talk.id)
    }
    return save(changed, along)
  }
  sam.answer()
  expect((await stand.inState('sam', 'talking')).callSid).toBe(caller.callSid)
})

/** What Twilio is answered when the queue has given the caller back with this result. */
async function afterQueue(callSid: string, result: string): Promise<string> {
  const { keys, live } = stand.deps
  const held = await live.calls.claim(callSid, '', { create: false, leaseMs: 0 })
  const url = `${stand.url}/voice/step/${'token' in held ? held.token : ''}`
  const call = {
    AccountSid: keys.twilioAccountSid,
    ApiVersion: '2010-04-01',
    CallSid: callSid,
    CallStatus: 'in-progress',
  }
  const numbers = { Direction: 'inbound', From: '+491713920099', To: '+492214710100' }
  const queue = { QueueResult: result, QueueSid: `QU${'a'.repeat(32)}`, QueueTime: '12' }
  const { headers, body } = signForm(url, { ...call, ...numbers, ...queue }, keys.twilioAuthTokens[0] ?? '')
  return (await fetch(url, { method: 'POST', headers, body })).text()
}
