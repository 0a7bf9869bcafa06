import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { deskView } from '../../src/floor/view.ts'
import { agents, type FloorStand, openFloorStand } from '../support/floor-stand.ts'

const CALLERS = 2_000
const DESKS = 50

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
}, 60_000)
afterAll(() => stand.close())

it(`${CALLERS} who wait are counted, and the first fifty shown, to ${DESKS} desks at once`, async () => {
  const { floorStore } = stand.deps
  const now = stand.clock.now()
  for (let n = 0; n < CALLERS; n++) {
    const callId = `CA${n.toString(16).padStart(32, '0')}`
    const topic = n % 2 === 0 ? 'bill' : 'outage'
    const unknown = { language: 'de', level: 0 as const, since: null, ref: null, ticket: null }
    const at = new Date(now.getTime() + n)
    await floorStore.join({ callId, brand: 'rheinnetz', queue: `rheinnetz.${topic}`, topic, ...unknown }, at)
  }
  const began = performance.now()
  const views = await Promise.all(Array.from({ length: DESKS }, (_, desk) => stand.view(agents[desk % 2]?.name ?? '')))
  const took = performance.now() - began
  for (const view of views) deskView.parse(view)
  expect(views[0]?.waiting).toMatchObject({ total: CALLERS, mine: CALLERS })
  expect(views[1]?.waiting).toMatchObject({ total: CALLERS, mine: CALLERS / 2 })
  expect(views[0]?.waiting.callers.map(({ callSid }) => Number.parseInt(callSid.slice(2), 16))).toEqual(
    Array.from({ length: 50 }, (_, n) => n),
  )
  const seen = performance.now()
  const last = `CA${(CALLERS - 1).toString(16).padStart(32, '0')}`
  expect(await floorStore.seen(last, stand.clock.now())).toMatchObject({
    ahead: expect.arrayContaining([expect.objectContaining({ queue: 'rheinnetz.outage', callers: CALLERS / 2 - 1 })]),
  })
  const asked = performance.now() - seen
  process.stdout.write(
    `  ${CALLERS} wait: views for ${DESKS} desks in ${Math.round(took)} ms, one place in ${Math.round(asked)} ms\n`,
  )
}, 120_000)
