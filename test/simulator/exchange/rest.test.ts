import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { MAX_LIVE } from '../../../src/simulator/exchange/exchange.ts'
import { bringTogether, type Stand, startStand, stateOf, until } from './exchange-server.ts'

let stand: Stand

beforeEach(async () => {
  stand = await startStand()
})
afterEach(() => stand.close())

const NOBODY = `CA${'0'.repeat(32)}`
const call = (): Record<string, string> => ({
  To: 'client:anna',
  From: '+492214710100',
  Url: stand.url('/agent'),
  StatusCallback: stand.url('/agent/ended'),
})

describe('POST Calls', () => {
  it('answers 201 with the call as Twilio shows it', async () => {
    const { status, body } = await stand.rest('/Calls.json', call())
    expect(status).toBe(201)
    expect(body).toMatchObject({
      account_sid: stand.server.accountSid,
      direction: 'outbound-api',
      from: '+492214710100',
      to: 'client:anna',
      status: 'queued',
    })
    expect(body.sid).toMatch(/^CA[0-9a-f]{32}$/)
  })

  it.each([
    ['no password', {}, 'wrong', 401, 20003],
    ['a number that is none', { To: '0221 4710' }, undefined, 400, 21211],
    ['a caller id that is no number', { From: 'anna' }, undefined, 400, 21212],
    ['a URL elsewhere', { Url: 'https://elsewhere.example.com/x' }, undefined, 400, 21205],
    ['a callback elsewhere', { StatusCallback: 'https://elsewhere.example.com/x' }, undefined, 400, 21205],
    ['a time to ring that is none', { Timeout: '601' }, undefined, 400, 20001],
    ['GET', { Method: 'GET' }, undefined, 400, 20001],
    ['a parameter that nobody knows', { Timout: '20' }, undefined, 400, 20001],
    ['a form that is too long', { Url: 'x'.repeat(20_000) }, undefined, 400, 20001],
  ])('refuses %s', async (_what, wrong, password, status, code) => {
    const answered = await stand.rest('/Calls.json', { ...call(), ...wrong }, password)
    expect(answered).toMatchObject({
      status,
      body: { code, status, more_info: `https://www.twilio.com/docs/errors/${code}` },
    })
    expect(typeof answered.body.message).toBe('string')
    expect(stand.exchange.handsets()).toEqual([])
  })

  it('refuses one phone too many', async () => {
    for (let phones = 0; phones < MAX_LIVE; phones++) expect((await stand.rest('/Calls.json', call())).status).toBe(201)
    expect(await stand.rest('/Calls.json', call())).toMatchObject({ status: 429, body: { code: 20429 } })
    stand.exchange.handsets()[0]?.decline()
    await until(() => stand.server.to('/agent/ended').length > 0)
    expect((await stand.rest('/Calls.json', call())).status).toBe(201)
  })
})

describe('POST Calls/{CallSid}', () => {
  it('knows no such call: 20404', async () => {
    const answered = await stand.rest(`/Calls/${NOBODY}.json`, { Url: stand.url('/join') })
    expect(answered).toMatchObject({ status: 404, body: { code: 20404, status: 404 } })
  })

  it('remembers a call whose phone has been forgotten: 21220', async () => {
    const caller = stand.caller()
    await until(() => stateOf(caller) === 'waiting')
    expect(stand.exchange.forget(caller.id)).toBe(false)
    caller.hangUp()
    await until(() => stateOf(caller) === 'ended')
    expect(stand.exchange.forget(caller.id)).toBe(true)
    expect(stand.exchange.handsets()).toEqual([])
    const answered = await stand.rest(`/Calls/${caller.callSid}.json`, { Status: 'completed' })
    expect(answered).toMatchObject({ status: 400, body: { code: 21220 } })
  })

  it.each([
    ['both a document and an end', () => ({ Url: stand.url('/join'), Status: 'completed' }), 20001],
    ['nothing', () => ({}), 20001],
    ['a status of its own', () => ({ Status: 'busy' }), 20001],
    ['a URL elsewhere', () => ({ Url: 'https://elsewhere.example.com/' }), 21205],
  ])('refuses %s', async (_what, form: () => Record<string, string>, code) => {
    const caller = stand.caller()
    await until(() => stateOf(caller) === 'waiting')
    const answered = await stand.rest(`/Calls/${caller.callSid}.json`, form())
    expect(answered).toMatchObject({ status: 400, body: { code } })
    expect(stateOf(caller)).toBe('waiting')
  })
})

describe('POST Conferences', () => {
  it('answers with the participant and the conference', async () => {
    const { caller, conference } = await bringTogether(stand)
    const path = `/Conferences/${conference}`
    expect((await stand.rest(`${path}/Participants/${caller.callSid}.json`, { Hold: 'false' })).body).toMatchObject({
      call_sid: caller.callSid,
      conference_sid: conference,
      label: 'caller-1',
      hold: false,
      muted: false,
      status: 'connected',
    })
    expect((await stand.rest(`${path}.json`, { Status: 'completed' })).body).toMatchObject({ friendly_name: 'r' })
  })

  it.each([
    ['a conference that is not there', (_conference: string, callSid: string) => [`CF${'0'.repeat(32)}`, callSid]],
    ['somebody who is not in it', (conference: string) => [conference, NOBODY]],
  ])('knows nothing of %s: 20404', async (_what, place) => {
    const { caller, conference } = await bringTogether(stand)
    const [room, who] = place(conference, caller.callSid)
    const answered = await stand.rest(`/Conferences/${room}/Participants/${who}.json`, { Hold: 'true' })
    expect(answered).toMatchObject({ status: 404, body: { code: 20404 } })
    expect(stateOf(caller)).toBe('in_room')
  })

  it('refuses a hold document by GET, which is Twilio’s default, and one elsewhere', async () => {
    const { caller, conference } = await bringTogether(stand)
    const path = `/Conferences/${conference}/Participants/${caller.callSid}.json`
    const get = await stand.rest(path, { Hold: 'true', HoldUrl: stand.url('/hold') })
    expect(get).toMatchObject({ status: 400, body: { code: 20001 } })
    const foreign = await stand.rest(path, { Hold: 'true', HoldUrl: 'https://x.example/', HoldMethod: 'POST' })
    expect(foreign).toMatchObject({ status: 400, body: { code: 21205 } })
    expect(stateOf(caller)).toBe('in_room')
  })
})

it('has nothing else', async () => {
  expect(await stand.rest('/Messages.json', {})).toMatchObject({ status: 404, body: { code: 20404 } })
})
