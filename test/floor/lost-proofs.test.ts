/** A caller is verified, and then the account is locked, ended or changed: what was proved holds no more, and nobody is lost. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { CustomerPlace } from '../../src/seams/account-book.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { emptied, talking } from '../support/floor-scenes.ts'
import { type FloorStand, HANNA, OLIVER, openFloorStand } from '../support/floor-stand.ts'

const because = { actor: 'api/care', reason: 'Reported as taken over' }
const placeOf = ({ customerNumber }: typeof HANNA): CustomerPlace => ({ brand: 'rheinnetz', customerNumber })

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
})
afterAll(() => stand.close())
afterEach(async () => {
  for (const name of ['anna', 'ben', 'sam']) await stand.floor.setPresence(name, 'away')
  await emptied(stand)
  for (const customer of [HANNA, OLIVER]) await stand.deps.accounts.unlock(placeOf(customer), because)
})

const context = async () => (await stand.view('anna')).assignment?.context
const lossesOf = async ({ callSid }: Handset) =>
  (await stand.deps.events.read({ callId: callSid, limit: 1_000 }))
    .filter(({ kind }) => kind === 'proof_lost')
    .map(({ brand, ref, facts }) => [brand, typeof ref, facts])

describe('an account that is locked (threat 45)', () => {
  it('while its caller talks is shown no more at once, opens nothing, and is proved again after the lock', async () => {
    const caller = await stand.verified()
    const { id } = await talking(stand, 'anna', caller)
    expect(await context()).toMatchObject({
      assurance: { level: 2 },
      account: { customerNumber: HANNA.customerNumber },
    })
    await stand.deps.accounts.lock(placeOf(HANNA), because)

    const acts = [
      stand.floor.ticket('anna', id, { open: 'outage' }),
      stand.floor.confirmName('anna', id, true),
      stand.floor.transfer('anna', id, { kind: 'queue', queue: 'rheinnetz.bill' }),
    ]
    expect(await Promise.all(acts)).toEqual(acts.map(() => ({ refused: 'level' })))
    const shown = await context()
    expect(shown).toMatchObject({
      assurance: { level: 1, method: null },
      outcome: 'refused',
      account: null,
      contacts: [],
    })
    expect(shown?.flags).toEqual(expect.arrayContaining(['proof_lost', 'locked_by_operator']))
    expect(shown?.may).not.toContain('read_bill')

    await stand.until('it is in the record', async () => (await lossesOf(caller)).length > 0)
    expect(await stand.deps.floorStore.assignment(id)).toMatchObject({ level: 1, ref: null, state: 'talking' })
    await stand.floor.sweep()
    expect(await lossesOf(caller)).toEqual([['rheinnetz', 'string', { why: 'locked' }]])
    expect(caller.view().state).toBe('in_room')

    await stand.deps.accounts.unlock(placeOf(HANNA), because)
    await stand.floor.check('anna', id)
    await stand.enter(caller, 'number', `${HANNA.customerNumber}#`)
    await stand.enter(caller, 'pin', HANNA.pin)
    await stand.inState('anna', 'talking')
    await stand.until('it is shown again', async () => (await context())?.account !== null)
    expect((await context())?.flags).not.toContain('proof_lost')
  })

  it('while its caller waits is not shown at the hand-off, and the caller comes to the agent', async () => {
    const caller = await stand.verified(OLIVER)
    await stand.deps.accounts.lock(placeOf(OLIVER), because)
    await talking(stand, 'anna', caller)
    expect(await context()).toMatchObject({ assurance: { level: 1 }, account: null, tickets: [], notes: [] })
    expect(await lossesOf(caller)).toEqual([['rheinnetz', 'string', { why: 'locked' }]])
    expect((await stand.deps.live.calls.get(caller.callSid))?.assurance).toMatchObject({ level: 1, lost: 'locked' })
  })
})

it('an account that ends while its caller talks is shown no more', async () => {
  const caller = await stand.verified(OLIVER)
  await talking(stand, 'anna', caller)
  const { database } = stand.deps
  const ends = (at: Date | null) =>
    database.db.updateTable('account').set({ ends: at }).where('customer_number', '=', OLIVER.customerNumber).execute()
  await ends(stand.clock.now())
  expect(await context()).toMatchObject({ assurance: { level: 1 }, account: null })
  await stand.until('it is in the record', async () => (await lossesOf(caller)).length > 0)
  expect(await lossesOf(caller)).toEqual([['rheinnetz', 'string', { why: 'ended' }]])
  await ends(null)
})
