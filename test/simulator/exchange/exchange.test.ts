import { afterEach, describe, expect, it } from '@jest/globals'
import type { ExchangeOptions } from '../../../src/simulator/exchange/exchange.ts'
import { createTestClock } from '../../support/clock.ts'
import type { Documents } from '../scripted-server.ts'
import { bringTogether, conference, linesOf, type Stand, startStand, stateOf, until } from './exchange-server.ts'

let stand: Stand

async function open(documents: Documents = {}, options: Partial<ExchangeOptions> = {}): Promise<Stand> {
  stand = await startStand(documents, options)
  return stand
}

afterEach(() => stand.close())

const endOfAgent = () => stand.server.to('/agent/ended').map(({ form }) => form.CallStatus)
const reasons = () => stand.told('participant-leave').map(({ form }) => form.ReasonParticipantLeft)

describe('an agent’s phone', () => {
  it('rings, is answered, and begins at its Url', async () => {
    await open({ '/agent': '<Say language="de-DE">Rechnung.</Say><Hangup/>' })
    const agent = await stand.agent()
    expect(stateOf(agent)).toBe('ringing')
    expect(stand.server.asked).toEqual([])
    expect(agent.answer()).toBe(true)
    await until(() => stateOf(agent) === 'ended')
    expect(stand.server.to('/agent')[0]?.form).toMatchObject({
      CallSid: agent.callSid,
      CallStatus: 'in-progress',
      Direction: 'outbound-api',
      From: '+492214710100',
      To: 'client:anna',
    })
    expect(stand.server.to('/agent')[0]?.form).not.toHaveProperty('ToCountry')
    expect(linesOf(agent, 'said')).toEqual(['Rechnung.'])
    await until(() => endOfAgent().length > 0)
    expect(endOfAgent()).toEqual(['completed'])
    expect(stand.server.to('/voice/status')).toEqual([])
  })

  it('takes a key before it enters the room', async () => {
    await open({
      '/agent': '<Gather numDigits="1" action="/accept"><Say>1?</Say></Gather><Hangup/>',
      '/accept': (form) => (form.Digits === '1' ? conference() : '<Hangup/>'),
    })
    const agent = await stand.agent('/agent', { To: '+4922147100' })
    agent.answer()
    await until(() => agent.view().listening)
    expect(agent.press('1')).toBe(true)
    await until(() => stateOf(agent) === 'in_room')
    expect(linesOf(agent, 'keyed')).toEqual(['•'])
    expect(JSON.stringify(agent.view().lines)).not.toContain('Digits')
  })

  it('is declined: busy', async () => {
    await open()
    const agent = await stand.agent()
    expect(agent.decline()).toBe(true)
    expect(agent.answer()).toBe(false)
    await until(() => endOfAgent().length > 0)
    expect(stand.server.asked.map(({ form }) => [form.CallStatus, form.CallDuration])).toEqual([['busy', '0']])
  })

  it('is not answered in time: no-answer', async () => {
    const clock = createTestClock()
    await open({}, { clock })
    const before = clock.now().getTime()
    const agent = await stand.agent()
    await until(() => endOfAgent().length > 0)
    expect(endOfAgent()).toEqual(['no-answer'])
    expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(20_000)
    expect(agent.answer()).toBe(false)
  })

  it('is called off by REST while it rings: canceled', async () => {
    await open()
    const agent = await stand.agent()
    expect((await stand.rest(`/Calls/${agent.callSid}.json`, { Status: 'completed' })).status).toBe(200)
    await until(() => endOfAgent().length > 0)
    expect(endOfAgent()).toEqual(['canceled'])
    expect(stand.server.to('/agent')).toEqual([])
  })

  it('whose page is nowhere ends without an answer', async () => {
    await open({}, { isRegistered: async (name) => name === 'berta' })
    await stand.agent()
    await until(() => endOfAgent().length > 0)
    expect(endOfAgent()).toEqual(['no-answer'])
    const there = await stand.agent('/agent', { To: 'client:berta' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(stateOf(there)).toBe('ringing')
  })

  it('fails when nobody can say whose page is open', async () => {
    const errors: unknown[] = []
    await open(
      {},
      {
        isRegistered: () => Promise.reject(new Error('the store is gone')),
        log: { error: (fields) => errors.push(fields.err) },
      },
    )
    await stand.agent()
    await until(() => endOfAgent().length > 0)
    expect(endOfAgent()).toEqual(['failed'])
    await until(() => errors.length > 0)
  })

  it('at an address that leads nowhere fails', async () => {
    await open()
    const agent = await stand.agent('/agent', { To: 'sip:anna@phones.invalid' })
    await until(() => endOfAgent().length > 0)
    expect(endOfAgent()).toEqual(['failed'])
    expect(agent.answer()).toBe(false)
  })

  it('cannot be given another document before it is answered: 21220', async () => {
    await open()
    const agent = await stand.agent()
    const answered = await stand.rest(`/Calls/${agent.callSid}.json`, { Url: stand.url('/join') })
    expect(answered).toMatchObject({ status: 400, body: { code: 21220 } })
    expect(stateOf(agent)).toBe('ringing')
  })
})

describe('a caller in the queue', () => {
  it('is brought to the agent, and the Enqueue action hears of it', async () => {
    await open()
    const { caller, agent } = await bringTogether(stand)
    expect(stand.server.to('/queue-left').map(({ form }) => [form.QueueResult, form.CallStatus])).toEqual([
      ['redirected', 'in-progress'],
    ])
    expect(stand.server.to('/join')[0]?.form).toMatchObject({ CallSid: caller.callSid, CallStatus: 'in-progress' })
    expect([stateOf(caller), stateOf(agent)]).toEqual(['in_room', 'in_room'])
  })

  it('asks for the new document without waiting for the Enqueue action', async () => {
    // Longer than anything here is waited for.
    await open({ '/queue-left': null }, { limitMs: 600_000 })
    const { caller } = await bringTogether(stand)
    expect(stateOf(caller)).toBe('in_room')
  })

  it('is pulled out of a Gather that the wait document has', async () => {
    await open({ '/wait': '<Gather numDigits="1" timeout="600" action="/offer"/>' })
    const { caller } = await bringTogether(stand)
    expect(stateOf(caller)).toBe('in_room')
    expect(stand.server.to('/offer')).toEqual([])
  })

  it('hangs up: the action and the status callback say so, and REST finds them gone', async () => {
    await open()
    const caller = stand.caller()
    await until(() => stateOf(caller) === 'waiting')
    expect(caller.hangUp()).toBe(true)
    expect([caller.hangUp(), caller.redirect(stand.url('/join')), caller.complete()]).toEqual([false, false, false])
    const gone = await stand.rest(`/Calls/${caller.callSid}.json`, { Url: stand.url('/join') })
    expect(gone).toMatchObject({
      status: 400,
      body: { code: 21220, status: 400, more_info: 'https://www.twilio.com/docs/errors/21220' },
    })
    await until(() => stand.server.to('/voice/status').length > 0)
    expect(stand.server.to('/queue-left').map(({ form }) => form.QueueResult)).toEqual(['hangup'])
    expect(stand.server.to('/join')).toEqual([])
    expect(caller.press('1')).toBe(false)
  })

  it('is ended by REST', async () => {
    await open()
    const caller = stand.caller()
    await until(() => stateOf(caller) === 'waiting')
    await stand.rest(`/Calls/${caller.callSid}.json`, { Status: 'completed' })
    await until(() => stateOf(caller) === 'ended')
    expect(caller.view().lines.at(-1)?.note).toBe('hotline_hung_up')
  })
})

describe('another document by REST', () => {
  const elsewhere = { '/elsewhere': '<Say>Hier.</Say><Pause length="600"/>' }
  const send = (callSid: string) => stand.rest(`/Calls/${callSid}.json`, { Url: stand.url('/elsewhere') })

  it('breaks into an entry, whose keys are lost', async () => {
    await open({ ...elsewhere, '/voice/incoming': '<Gather numDigits="9" timeout="600" action="/step"/>' })
    const caller = stand.caller()
    await until(() => caller.view().listening)
    caller.press('123')
    await until(() => linesOf(caller, 'keyed')[0] === '•••')
    await send(caller.callSid)
    await until(() => linesOf(caller, 'said').length > 0)
    expect(caller.view().listening).toBeNull()
    expect(stand.server.to('/elsewhere')[0]?.form).not.toHaveProperty('Digits')
    expect(stand.server.to('/step')).toEqual([])
  })

  it('does not wait for a document that is being fetched', async () => {
    await open({
      ...elsewhere,
      '/voice/incoming': '<Pause length="1"/><Redirect>/slow</Redirect>',
      '/slow': null,
    })
    const caller = stand.caller()
    await until(() => stand.server.to('/slow').length > 0)
    await send(caller.callSid)
    await until(() => linesOf(caller, 'said').length > 0, 700)
  })

  it('comes before a document that would end the call', async () => {
    await open({ ...elsewhere, '/voice/incoming': '<Say>Moment, bitte.</Say><Hangup/>' })
    const caller = stand.caller()
    await until(() => stateOf(caller) === 'talking')
    await send(caller.callSid)
    await until(() => linesOf(caller, 'said').includes('Hier.'))
  })

  it('counts also when the room ends at the same moment, and the call would with it', async () => {
    await open({ ...elsewhere, '/join': '<Dial><Conference waitUrl="">r</Conference></Dial><Hangup/>' })
    const { caller, conference } = await bringTogether(stand)
    stand.exchange.rooms.end(conference)
    expect(caller.redirect(stand.url('/elsewhere'))).toBe(true)
    await until(() => linesOf(caller, 'said').length > 0)
  })

  it('counts once, the last one, when two come together', async () => {
    await open({ ...elsewhere, '/lost': '<Hangup/>' })
    const caller = stand.caller()
    await until(() => stateOf(caller) === 'waiting')
    caller.redirect(stand.url('/lost'))
    caller.redirect(stand.url('/elsewhere'))
    await until(() => linesOf(caller, 'said').length > 0)
    expect(stand.server.to('/lost')).toEqual([])
  })
})

describe('in the room', () => {
  it('typed words reach the other, and nobody else', async () => {
    await open()
    const stranger = stand.caller()
    const { caller, agent } = await bringTogether(stand)
    expect(stand.exchange.say(caller.id, 'Guten Tag')).toBe(true)
    expect(stand.exchange.say(agent.id, 'Ja bitte?')).toBe(true)
    expect(stand.exchange.say(stranger.id, 'Hallo?')).toBe(false)
    expect(linesOf(agent, 'heard')).toEqual(['Guten Tag'])
    expect(linesOf(caller, 'heard')).toEqual(['Ja bitte?'])
    expect(linesOf(stranger, 'heard')).toEqual([])
  })

  it('who is on hold hears the hold document alone, and is heard by nobody', async () => {
    await open({ '/hold': '<Say>Bitte warten.</Say><Pause length="600"/>' })
    const { caller, agent, conference } = await bringTogether(stand)
    const hold = (on: boolean) =>
      stand.rest(`/Conferences/${conference}/Participants/${agent.callSid}.json`, {
        Hold: String(on),
        HoldUrl: stand.url('/hold'),
        HoldMethod: 'POST',
      })
    expect(await hold(true)).toMatchObject({ status: 200, body: { hold: true, call_sid: agent.callSid } })
    await until(() => linesOf(agent, 'said').length > 0)
    expect(stateOf(agent)).toBe('on_hold')
    expect(stand.exchange.say(agent.id, 'Hört mich wer?')).toBe(false)
    expect(stand.exchange.say(caller.id, 'Und mich?')).toBe(true)
    expect(linesOf(agent, 'heard')).toEqual([])
    expect(linesOf(caller, 'heard')).toEqual([])
    expect(await hold(false)).toMatchObject({ status: 200, body: { hold: false } })
    await until(() => stateOf(agent) === 'in_room')
    stand.exchange.say(caller.id, 'Da bin ich.')
    expect(linesOf(agent, 'heard')).toEqual(['Da bin ich.'])
    await until(() => stand.told('participant-unhold').length > 0)
    expect(stand.told('participant-hold')[0]?.form).toMatchObject({ Hold: 'true', CallSid: agent.callSid })
  })

  it('the caller leaves for a check by REST, and comes back to the same conference', async () => {
    await open({ '/check': '<Gather numDigits="4" timeout="600" action="/join"/>' })
    const { caller, agent, conference } = await bringTogether(stand)
    await stand.rest(`/Conferences/${conference}/Participants/${agent.callSid}.json`, {
      Hold: 'true',
      HoldUrl: stand.url('/hold'),
      HoldMethod: 'POST',
    })
    await stand.rest(`/Calls/${caller.callSid}.json`, { Url: stand.url('/check') })
    await until(() => caller.view().listening)
    expect(stateOf(caller)).toBe('talking')
    await until(() => reasons().length > 0)
    expect(stand.told('participant-leave')[0]?.form).toMatchObject({
      CallSid: caller.callSid,
      ParticipantLabel: 'caller-1',
      ReasonParticipantLeft: 'participant_updated_via_api',
      ParticipantCallStatus: 'in-progress',
    })
    caller.press('1234')
    await until(() => stand.told('participant-join').length === 3)
    expect(new Set(stand.told('participant-join').map(({ form }) => form.ConferenceSid))).toEqual(new Set([conference]))
    expect(stand.told('conference-end')).toEqual([])
    expect(linesOf(agent, 'keyed')).toEqual([])
  })

  it('tells the Dial action of a leg that was pulled out, and does not run the answer', async () => {
    await open({ '/check': '<Pause length="600"/>' })
    const { caller } = await bringTogether(stand)
    await stand.rest(`/Calls/${caller.callSid}.json`, { Url: stand.url('/check') })
    await until(() => stand.server.to('/left').length > 0)
    expect(stand.server.to('/left')[0]?.form).toMatchObject({ DialCallStatus: 'completed', CallStatus: 'in-progress' })
    expect(stand.server.to('/left')[0]?.form).not.toHaveProperty('DialCallSid')
    await until(() => stateOf(caller) === 'talking')
  })

  it('the caller hangs up, and the agent stays', async () => {
    await open()
    const { caller, agent } = await bringTogether(stand)
    caller.hangUp()
    await until(() => stand.server.to('/voice/status').length > 0 && reasons().length > 0)
    expect(reasons()).toEqual(['participant_hung_up'])
    expect(stand.told('participant-leave')[0]?.form).toMatchObject({
      CallSid: caller.callSid,
      ParticipantCallStatus: 'completed',
    })
    expect(stateOf(agent)).toBe('in_room')
    agent.hangUp()
    await until(() => endOfAgent().length > 0 && stand.told('conference-end').length > 0)
    expect(stand.told('conference-end')[0]?.form).toMatchObject({
      ReasonConferenceEnded: 'last-participant-left',
      CallSidEndingConference: agent.callSid,
      ParticipantLabelEndingConference: 'agent-1',
    })
  })

  it('the agent hangs up, and the caller stays until REST fetches them', async () => {
    await open({ '/back': '<Enqueue action="/queue-left" waitUrl="/wait">rheinnetz.bill</Enqueue>' })
    const { caller, agent } = await bringTogether(stand)
    agent.hangUp()
    await until(() => endOfAgent().length > 0)
    expect(endOfAgent()).toEqual(['completed'])
    expect(stateOf(caller)).toBe('in_room')
    await stand.rest(`/Calls/${caller.callSid}.json`, { Url: stand.url('/back') })
    await until(() => stateOf(caller) === 'waiting')
  })

  it('a hold document that fails is silence, and the hold can be ended', async () => {
    await open({ '/hold': { status: 500, body: '' } })
    const { agent, conference } = await bringTogether(stand)
    const path = `/Conferences/${conference}/Participants/${agent.callSid}.json`
    await stand.rest(path, { Hold: 'true', HoldUrl: stand.url('/hold'), HoldMethod: 'POST' })
    await until(() => stand.server.to('/hold').length > 0 && stateOf(agent) === 'on_hold')
    await stand.rest(path, { Hold: 'false' })
    await until(() => stateOf(agent) === 'in_room')
    expect(stand.server.to('/voice/fallback')).toEqual([])
  })

  it('a caller on hold can hang up', async () => {
    await open()
    const { agent, conference } = await bringTogether(stand)
    const path = `/Conferences/${conference}/Participants/${agent.callSid}.json`
    await stand.rest(path, { Hold: 'true', HoldUrl: stand.url('/hold'), HoldMethod: 'POST' })
    await until(() => stateOf(agent) === 'on_hold' && stand.server.to('/hold').length > 0)
    agent.hangUp()
    await until(() => endOfAgent().length > 0)
    expect(reasons()).toEqual(['participant_hung_up'])
  })

  it('REST ends it: everyone goes on with the Dial’s action', async () => {
    await open({ '/left': '<Say>Danach.</Say><Hangup/>' })
    const { caller, agent, conference } = await bringTogether(stand)
    expect(await stand.rest(`/Conferences/${conference}.json`, { Status: 'completed' })).toMatchObject({
      status: 200,
      body: { sid: conference, status: 'completed' },
    })
    await until(() => stateOf(caller) === 'ended' && stateOf(agent) === 'ended')
    expect([linesOf(caller, 'said'), linesOf(agent, 'said')]).toEqual([['Danach.'], ['Danach.']])
    expect(stand.server.to('/left').map(({ form }) => form.DialCallStatus)).toEqual(['completed', 'completed'])
    await until(() => stand.told('conference-end').length > 0 && reasons().length === 2)
    expect(reasons()).toEqual(['conference_ended_via_api', 'conference_ended_via_api'])
    const again = await stand.rest(`/Conferences/${conference}.json`, { Status: 'completed' })
    expect(again).toMatchObject({ status: 404, body: { code: 20404 } })
  })
})

describe('conference callbacks', () => {
  it('are told in order by SequenceNumber, with name, moment and settings', async () => {
    await open()
    const { caller, agent, conference } = await bringTogether(stand)
    const told = stand.server.to('/room').map(({ form }) => form)
    told.sort((one, other) => Number(one.SequenceNumber) - Number(other.SequenceNumber))
    expect(told.map((form) => [form.SequenceNumber, form.StatusCallbackEvent, form.CallSid])).toEqual([
      ['1', 'participant-join', agent.callSid],
      ['2', 'participant-join', caller.callSid],
      ['3', 'conference-start', undefined],
    ])
    expect(told[0]).toMatchObject({
      AccountSid: stand.server.accountSid,
      ConferenceSid: conference,
      FriendlyName: 'r',
      ParticipantLabel: 'agent-1',
      Muted: 'false',
      Hold: 'false',
      Coaching: 'false',
      StartConferenceOnEnter: 'true',
      EndConferenceOnExit: 'false',
    })
    expect(conference).toMatch(/^CF[0-9a-f]{32}$/)
    expect(Date.parse(told[0]?.Timestamp ?? '')).toBeGreaterThan(0)
  })

  it('can be doubled, lost or late', async () => {
    await open(
      {},
      {
        clock: createTestClock(),
        disturb({ parameters, event }) {
          if (event === 'participant-leave') return 'lost'
          return parameters.ParticipantLabel === 'agent-1' ? 'twice' : 'as_is'
        },
      },
    )
    const agent = await stand.agent()
    agent.answer()
    await until(() => stand.told('participant-join').length === 2)
    expect(stand.told('participant-join')[1]).toEqual(stand.told('participant-join')[0])
    agent.hangUp()
    await until(() => stand.told('conference-end').length > 0)
    expect(stand.told('participant-leave')).toEqual([])
  })

  it('come late after those that follow', async () => {
    let waiting = (): void => {}
    const held = new Promise<void>((resolve) => {
      waiting = resolve
    })
    const clock = {
      now: () => new Date(),
      wait: (ms: number) => (ms === 3000 ? held : new Promise<void>((resolve) => setTimeout(resolve, ms))),
    }
    await open({}, { clock, disturb: ({ event }) => (event === 'participant-join' ? 'late' : 'as_is') })
    const agent = await stand.agent()
    agent.answer()
    await until(() => stateOf(agent) === 'in_room')
    agent.hangUp()
    await until(() => stand.told('conference-end').length > 0)
    waiting()
    await until(() => stand.told('participant-join').length > 0)
    const numbers = stand.server.to('/room').map(({ form }) => Number(form.SequenceNumber))
    expect(numbers.at(-1)).toBe(1)
  })
})

it('keeps twenty phones that have ended, the last of them and not the youngest', async () => {
  await open()
  const long = stand.caller()
  const short = Array.from({ length: 20 }, () => stand.caller())
  for (const phone of short) {
    phone.hangUp()
    await until(() => stateOf(phone) === 'ended')
  }
  long.hangUp()
  await until(() => stateOf(long) === 'ended')
  expect(stand.exchange.handsets()).toEqual([long, ...short.slice(1)])
})

describe('a document that may not be sent', () => {
  it('ends the leg, and the phone’s page says why', async () => {
    await open({ '/voice/incoming': '<Dial><Conference waitUrl="/x" unknown="1">r</Conference></Dial>' })
    const caller = stand.caller()
    await until(() => stateOf(caller) === 'ended')
    expect(linesOf(caller, 'note').join()).toContain("no attribute 'unknown'")
  })
})

it('ends every leg when it is closed, and tells the server all there is to tell', async () => {
  const slow: typeof fetch = async (input, init) => {
    if (String(input).endsWith('/left')) await new Promise((resolve) => setTimeout(resolve, 100))
    return fetch(input, init)
  }
  await open({}, { fetch: slow })
  const { caller } = await bringTogether(stand)
  await stand.agent()
  await stand.exchange.close()
  expect(stateOf(caller)).toBe('ended')
  expect(stand.server.to('/voice/status')).toHaveLength(1)
  expect(endOfAgent().sort()).toEqual(['canceled', 'completed'])
  expect(stand.server.to('/left')).toHaveLength(2)
  expect(stand.exchange.phoneIn({ to: '+492214710100', from: null })).toBeNull()
})
