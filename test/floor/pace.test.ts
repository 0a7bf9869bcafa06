/** How long people wait for us, in real time. Printed and not judged, because machines differ; `ROUNDS=10` gives medians. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import request from 'supertest'
import { spreadOf } from '../bench/figures.ts'
import { agents, type FloorStand, openFloorStand } from '../support/floor-stand.ts'
import { measured } from '../support/measured.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 1)
const PASSWORD = 'a good long password'

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand({ speed: 1 })
  for (const { disabled: _, ...agent } of agents) await stand.deps.agents.add(agent, PASSWORD)
})
afterAll(() => stand.close())

it('from the queue to the desk, and from the desk to a talk, with a phone that is answered at once', async () => {
  const signIn = await request(stand.url).post('/desk/api/sign-in').send({ name: 'anna', password: PASSWORD })
  const headers = {
    cookie: signIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '',
    'x-csrf-token': String(signIn.body.csrf),
  }
  const shown = await desk(headers)
  const toDesk: number[] = []
  const toTalk: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const caller = await stand.caller('rheinnetz', '2')
    const seen = await stand.until('the desk shows them', () => shown.get(caller.callSid))
    const lines = await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })
    const joined = lines.find(({ kind, callId }) => kind === 'joined' && callId === caller.callSid)
    toDesk.push(seen - Date.parse(joined?.at ?? ''))
    await stand.until('they wait', () => caller.view().state === 'waiting')

    const began = performance.now()
    const taken = await request(stand.url).post('/desk/api/take').set(headers).send({})
    expect(taken.status).toBe(200)
    const phone = await stand.ringing('anna')
    phone.answer()
    await stand.until('both are in the room', () => [caller, phone].every((one) => one.view().state === 'in_room'))
    toTalk.push(performance.now() - began)
    const { id } = await stand.inState('anna', 'talking')
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    await stand.floor.wrapUp('anna', id, { note: '', ticket: 'keep' })
  }
  const median = (times: number[]) => `${(spreadOf(times).median / 1000).toFixed(1)} s, median of ${ROUNDS}`
  measured("from a caller's place in the queue to an agent's screen", median(toDesk))
  measured('from "take" to both in a room, with a phone that is answered at once, whisper included', median(toTalk))
})

/** The live desk of an agent: when (ms) it first showed each waiting caller. */
async function desk(headers: Record<string, string>): Promise<Map<string, number>> {
  const shown = new Map<string, number>()
  const response = await fetch(`${stand.url}/desk/api/stream`, { headers })
  expect(response.status).toBe(200)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const read = async (): Promise<void> => {
    for (let text = ''; ; ) {
      const { value, done } = (await reader?.read()) ?? { done: true, value: '' }
      if (done) return
      text += value
      for (const [, callSid = ''] of text.matchAll(/"callSid":"(CA[0-9a-f]{32})"/g))
        if (!shown.has(callSid)) shown.set(callSid, Date.now())
      text = text.slice(-64)
    }
  }
  void read().catch(() => {})
  return shown
}
