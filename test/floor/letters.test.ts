/** Letters with a new PIN, ordered at the desk by the agent whose caller forgot it: for the number that was keyed, and told to those who see the account. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { ORDER_EVERY_MS } from '../../src/auth/letters.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { emptied, talking } from '../support/floor-scenes.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'

const URSULA = '42270593'
const NADJA = '42169482'
const NOBODY = '42270500'

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
})
afterAll(() => stand.close())
afterEach(async () => {
  for (const name of ['anna', 'ben']) await stand.floor.setPresence(name, 'away')
  await emptied(stand)
})

/** Anna and a caller who keyed this number and these keys after it. */
async function talk(number: string, ...keys: string[]): Promise<{ caller: Handset; id: string }> {
  const caller = await stand.caller('kassemobil', '1', '1', `${number}#`, ...keys)
  await stand.until('they wait', () => caller.view().state === 'waiting')
  return { caller, id: (await talking(stand, 'anna', caller)).id }
}
const letter = async (name = 'anna') => (await stand.view(name)).assignment?.letter
const orders = async ({ callSid }: Handset) =>
  (await stand.deps.events.read({ callId: callSid, limit: 1_000 }))
    .filter(({ facts }) => facts.act === 'order_letter')
    .map(({ actor, facts }) => [actor, facts.result])

it('is ordered at any level, and told to nobody who does not see the account', async () => {
  for (const [number, results] of [
    [NOBODY, ['no_customer', 'no_customer']],
    [URSULA, ['ordered', 'too_early']],
  ] as const) {
    const { caller, id } = await talk(number, '1111', '2222', `${number}#`, '3333', '0')
    expect(await letter()).toEqual({ last: null })
    expect(await stand.floor.orderLetter('ben', id)).toEqual({ refused: 'not_found' })
    for (const result of results)
      expect([result, await stand.floor.orderLetter('anna', id)]).toEqual([result, { done: true }])
    expect([await letter(), await orders(caller)]).toEqual([{ last: null }, results.map((result) => ['anna', result])])
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    expect([await letter(), await stand.floor.orderLetter('anna', id)]).toEqual([null, { refused: 'too_late' }])
    await emptied(stand)
  }
  // Nor of one that was ordered before.
  await talk(URSULA, '1111', '2222', `${URSULA}#`, '3333', '0')
  expect(await letter()).toEqual({ last: null })
})

it('is told with its days to who sees the account, and who orders it again is told no more than anybody', async () => {
  const { id } = await talk(NADJA, '6482')
  const told = { last: { at: expect.any(String), next: expect.any(String) } }
  await stand.floor.orderLetter('anna', id)
  const shown = await stand.until('it is shown', async () => (await letter())?.last)
  expect(Date.parse(shown.next) - Date.parse(shown.at)).toBe(ORDER_EVERY_MS)
  expect([await stand.floor.orderLetter('anna', id), await letter()]).toEqual([{ done: true }, told])
})

it('is offered to no agent of a brand that sends none, nor where no number was keyed', async () => {
  const caller = await stand.caller('rheinnetz', '1', '407182632#', '4826')
  await stand.until('they wait', () => caller.view().state === 'waiting')
  const { id } = await talking(stand, 'anna', caller)
  expect([await letter(), await stand.floor.orderLetter('anna', id)]).toEqual([null, { refused: 'too_late' }])
  await emptied(stand)
  const person = await stand.caller('kassemobil', '1', '0')
  await stand.until('they wait', () => person.view().state === 'waiting')
  const { id: theirs } = await talking(stand, 'anna', person)
  expect([await letter(), await stand.floor.orderLetter('anna', theirs)]).toEqual([null, { refused: 'too_late' }])
})
