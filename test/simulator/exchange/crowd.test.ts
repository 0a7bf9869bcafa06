import { expect, it } from '@jest/globals'
import type { Handset } from '../../../src/simulator/exchange/handset.ts'
import { conference, startStand, stateOf } from './exchange-server.ts'

const SEEDS = [1, 2, 3]
const ACTS = 300

/** A small generator, so that a failure can be had again. */
function chance(seed: number): <T>(of: readonly T[]) => T {
  let state = seed
  return (of) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return of[Math.floor((state / 2 ** 32) * of.length)] as (typeof of)[number]
  }
}

it.each(SEEDS)('whatever callers, agents and REST do, every leg and every room ends once (seed %i)', async (seed) => {
  const pick = chance(seed)
  const seat = (form: Record<string, string>) => conference(`participantLabel="${form.CallSid}"`)
  const stand = await startStand(
    {
      '/agent': seat,
      '/join': seat,
      '/check': '<Gather numDigits="2" timeout="600" action="/join"><Say>PIN?</Say></Gather>',
      '/back': '<Enqueue action="/queue-left" waitUrl="/wait">rheinnetz.bill</Enqueue>',
    },
    { disturb: () => pick(['as_is', 'as_is', 'twice']) },
  )
  const callers: Handset[] = []
  const agents: Handset[] = []
  const calls = () => [...callers, ...agents]
  const rooms = () => [...new Set(stand.server.to('/room').map(({ form }) => form.ConferenceSid ?? ''))]
  const send = (path: string) => stand.rest(`/Calls/${pick(calls()).callSid}.json`, { Url: stand.url(path) })
  const acts = [
    async () => void (callers.length < 8 && callers.push(stand.caller())),
    async () => void (agents.length < 6 && agents.push(await stand.agent())),
    async () => pick(calls()).answer(),
    async () => pick(calls()).press('12'),
    async () => stand.exchange.say(pick(calls()).id, 'Hallo'),
    async () => pick([0, 0, 1]) === 1 && pick(calls()).hangUp(),
    () => send('/join'),
    () => send('/check'),
    () => send('/back'),
    () => {
      const form = pick([{ Hold: 'true', HoldUrl: stand.url('/hold'), HoldMethod: 'POST' }, { Hold: 'false' }])
      return stand.rest(
        `/Conferences/${pick(['CF0', ...rooms().slice(-1), ...rooms().slice(-1)])}/Participants/${pick(calls()).callSid}.json`,
        form as Record<string, string>,
      )
    },
    async () => pick([0, 0, 1]) === 1 && stand.rest(`/Conferences/${pick(rooms())}.json`, { Status: 'completed' }),
  ]
  callers.push(stand.caller())
  agents.push(await stand.agent())
  for (let times = 0; times < ACTS; times++) {
    await pick(acts)()
    if (times % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 3))
  }
  await stand.close()

  expect(calls().map(stateOf)).toEqual(calls().map(() => 'ended'))
  const ends = (path: string) => stand.server.to(path).map(({ form }) => form.CallSid)
  expect(ends('/voice/status').sort()).toEqual(callers.map(({ callSid }) => callSid).sort())
  expect(ends('/agent/ended').sort()).toEqual(agents.map(({ callSid }) => callSid).sort())
  for (const sid of rooms()) {
    const told = new Map(
      stand.server
        .to('/room')
        .filter(({ form }) => form.ConferenceSid === sid)
        .map(({ form }) => [Number(form.SequenceNumber), form.StatusCallbackEvent]),
    )
    const inOrder = [...told].sort(([one], [other]) => one - other)
    expect(inOrder.map(([number]) => number)).toEqual(inOrder.map((_told, index) => index + 1))
    const events = inOrder.map(([, event]) => event)
    const count = (event: string) => events.filter((one) => one === event).length
    expect(count('participant-leave')).toBe(count('participant-join'))
    expect(count('conference-end')).toBe(1)
    expect(events.at(-1)).toBe('conference-end')
  }
  expect(rooms().length).toBeGreaterThan(0)
})
