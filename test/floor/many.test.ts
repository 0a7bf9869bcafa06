import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { deskView } from '../../src/floor/view.ts'
import { createStandingClock } from '../support/clock.ts'
import { agents, type FloorStand, openFloorStand } from '../support/floor-stand.ts'

const CALLERS = 2_000
const DESKS = 50

let stand: FloorStand
beforeAll(async () => {
  // Of a caller who is not seen for two and a half minutes the network is asked: nobody may be, because the machine was slow.
  stand = await openFloorStand({ clock: createStandingClock(), speed: 1 })
})
afterAll(() => stand.close())

const callIdOf = (n: number): string => `CA${n.toString(16).padStart(32, '0')}`

/** One caller for each topic comes in by the door; the others are copies of them in the table, a millisecond apart. */
async function fillQueues(): Promise<void> {
  const { floorStore, database } = stand.deps
  const now = stand.clock.now()
  const topics = ['bill', 'outage']
  for (const [n, topic] of topics.entries()) {
    const unknown = { language: 'de', level: 0 as const, since: null, ref: null, ticket: null }
    const arrival = { callId: callIdOf(n), brand: 'rheinnetz', queue: `rheinnetz.${topic}`, topic, ...unknown }
    await floorStore.join(arrival, new Date(now.getTime() + n))
  }
  const copies = Array.from({ length: CALLERS }, (_, n) => ({ n, of: n % topics.length })).slice(topics.length)
  await sql`
    INSERT INTO queue_place
    SELECT copy.* FROM unnest(
      ${copies.map(({ n }) => callIdOf(n))}::text[],
      ${copies.map(({ of }) => callIdOf(of))}::text[],
      ${copies.map(({ n, of }) => n - of)}::integer[]
    ) AS one (call_id, of, later)
    JOIN queue_place first ON first.call_id = one.of
    CROSS JOIN LATERAL jsonb_populate_record(first, jsonb_build_object(
      'call_id', one.call_id,
      'since', first.since + one.later * interval '1 millisecond',
      'place', first.place + one.later * interval '1 millisecond',
      'arrival', first.arrival + one.later
    )) AS copy`.execute(database.db)
}

it(`${CALLERS} who wait are counted, and the first fifty shown, to ${DESKS} desks at once`, async () => {
  await fillQueues()
  const { floorStore } = stand.deps
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
  const last = callIdOf(CALLERS - 1)
  expect(await floorStore.seen(last, stand.clock.now())).toMatchObject({
    ahead: expect.arrayContaining([expect.objectContaining({ queue: 'rheinnetz.outage', callers: CALLERS / 2 - 1 })]),
  })
  const asked = performance.now() - seen
  process.stdout.write(
    `  ${CALLERS} wait: views for ${DESKS} desks in ${Math.round(took)} ms, one place in ${Math.round(asked)} ms\n`,
  )
})
