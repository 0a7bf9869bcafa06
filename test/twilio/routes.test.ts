import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import express from 'express'
import pino from 'pino'
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import type { Next, Reply } from '../../src/call/reply.ts'
import type { NetworkSide } from '../../src/floor/floor.ts'
import { twilioRoutes } from '../../src/twilio/routes.ts'
import { PLAIN_VOICES } from '../../src/twilio/twiml.ts'
import { type Answer, ask } from '../support/ask.ts'
import { callHearing, recordingTurns } from '../support/recording-turns.ts'
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  callSid,
  gathered,
  PUBLIC_BASE_URL,
  signForm,
  twilioFields,
} from '../support/signing.ts'
import { legSamples, roomSamples } from '../support/twilio-samples.ts'
import { checkTwiml } from '../support/twiml-checker.ts'

const TOKEN = 'Zm9vYmFyYmF6cXV4MTIzNA'
const OLD_TOKEN = 'fedcba9876543210fedcba9876543210'
const PROMPT: Reply['say'] = [{ text: 'Ihre PIN, bitte.', language: 'de' }]
const PIN_KEYS: Next = { kind: 'gather', numDigits: 4, timeout: 8 }
const REPLY = callHearing(PROMPT, PIN_KEYS, callSid(1))
const turns = recordingTurns({ kind: 'reply', call: REPLY, token: TOKEN })
const lines: string[] = []
let server: Server
/** Whether an agent has just sent the caller elsewhere. */
let moving = false

/** A floor on which nothing happens but that calls end. */
const floor: NetworkSide = {
  agentAnswers: async () => null,
  agentAccepts: async () => null,
  agentMiskeyed: async () => {},
  agentLegEnded: async () => {},
  roomChanged: async () => {},
  callerRedirected: async () => ({ kind: 'over' }),
  isBeingRedirected: async () => moving,
  callerEnded: (callId) => turns.ended(callId),
  callerLeft: async () => {},
}

beforeAll(async () => {
  const app = express().use(
    twilioRoutes({
      turns,
      floor,
      authTokens: [AUTH_TOKEN, OLD_TOKEN],
      accountSid: ACCOUNT_SID,
      publicBaseUrl: PUBLIC_BASE_URL,
      voicesOf: () => PLAIN_VOICES,
      waitEnds: { waitEnd: async (_waiting, keyed) => (keyed?.is('1') ? 'key' : null), waitKey: () => '1' },
      deliveries: { note: async () => 'unknown' },
      waitWords: async ({ call, ahead }) => [{ language: call.language, text: `${ahead.length} Gruppen vor Ihnen.` }],
      log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    }),
  )
  app.set('trust proxy', true)
  server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
beforeEach(() => {
  turns.asked = []
  turns.answered = { kind: 'reply', call: REPLY, token: TOKEN }
  turns.waiting = { kind: 'over' }
  turns.broken = null
  moving = false
  lines.length = 0
})

function send(path: string, headers: Record<string, string>, body: string, method = 'POST'): Promise<Answer> {
  const { port } = server.address() as AddressInfo
  return ask(port, method, path, headers, body)
}

/** A webhook as Twilio sends it. */
function post(path: string, fields: Record<string, string> = twilioFields()): Promise<Answer> {
  const { headers, body } = signForm(PUBLIC_BASE_URL + path, fields)
  return send(path, headers, body)
}

const STEP = `/voice/step/${TOKEN}`
const ROUTES = ['/voice/incoming', STEP, '/voice/wait', '/voice/status', '/voice/fallback']
const LEG = { callId: callSid(1), called: '+492214710100', from: '+491713920000' }

function expectRefused(answer: Answer, statuses: number[]): void {
  expect(statuses).toContain(answer.status)
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(answer.body).not.toMatch(/\n| at |1234|Error/)
  expect(turns.asked).toEqual([])
}

describe('a webhook', () => {
  it('rings: the first reply', async () => {
    const answer = await post('/voice/incoming', twilioFields({ CallStatus: 'ringing' }))
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' })
    expect(checkTwiml(answer.body, 'call', ['1713920000', '2214710100'])).toEqual([])
    expect(answer.body).toContain(`action="${PUBLIC_BASE_URL}/voice/step/${TOKEN}#rc=2`)
    expect(turns.asked).toEqual([{ what: 'ring', leg: LEG }])
  })

  it('brings keys, silence and returns to the step of its token', async () => {
    await post(STEP, twilioFields(gathered('1234', '#')))
    await post(STEP, twilioFields(gathered()))
    await post(STEP, twilioFields({ QueueResult: 'queue-full', QueueTime: '3' }))
    expect(turns.asked.map(({ what, token, leg }) => ({ what, token, leg }))).toEqual(
      Array.from({ length: 3 }, () => ({ what: 'step', token: TOKEN, leg: LEG })),
    )
    const [keyed, silent, returned] = turns.asked.map(({ input }) => input)
    expect(keyed?.kind === 'digits' && keyed.digits.is('1234')).toBe(true)
    expect(silent).toEqual({ kind: 'no_input' })
    expect(returned).toEqual({ kind: 'returned', reason: 'failed' })
  })

  it('is accepted under the old token, too, while tokens are rotated', async () => {
    const { headers, body } = signForm(`${PUBLIC_BASE_URL}/voice/incoming`, twilioFields(), OLD_TOKEN)
    expect((await send('/voice/incoming', headers, body)).status).toBe(200)
  })

  it('gets an empty document when the caller is gone, whatever the turn says', async () => {
    expect((await post(STEP, twilioFields({ QueueResult: 'hangup' }))).body).toMatch(/<Response\/>$/)
    expect(turns.asked).toHaveLength(1)
    turns.broken = new Error('x')
    expect((await post(STEP, twilioFields({ QueueResult: 'hangup' }))).body).toMatch(/<Response\/>$/)
  })

  it('gets an empty document and takes no turn when the call has another document already', async () => {
    for (const QueueResult of ['redirected', 'bridging-in-process', 'redirected-from-bridged']) {
      expect((await post(STEP, twilioFields({ QueueResult }))).body).toMatch(/<Response\/>$/)
    }
    moving = true
    expect((await post(STEP, twilioFields({ DialCallStatus: 'completed' }))).body).toMatch(/<Response\/>$/)
    expect(turns.asked).toEqual([])
    // Callers who hang up on the way are gone all the same.
    await post(STEP, twilioFields({ QueueResult: 'hangup' }))
    expect(turns.asked).toHaveLength(1)
  })

  it('gets an empty document when the call is over', async () => {
    turns.answered = { kind: 'over' }
    expect((await post(STEP)).body).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>')
  })

  it('gets an apology when there is no call to answer with', async () => {
    turns.answered = { kind: 'sorry', queue: 'rheinnetz.general' }
    const toQueue = await post('/voice/incoming')
    expect(checkTwiml(toQueue.body)).toEqual([])
    expect(toQueue.body).toContain('<Enqueue>rheinnetz.general</Enqueue>')
    turns.answered = { kind: 'sorry', queue: null }
    const toNobody = await post('/voice/incoming')
    expect(checkTwiml(toNobody.body)).toEqual([])
    expect(toNobody.body).not.toContain('Enqueue')
  })

  it('of the fallback drops the digits', async () => {
    const answer = await post(
      '/voice/fallback',
      twilioFields({ ...gathered('1234'), ErrorCode: '11200', ErrorUrl: 'x' }),
    )
    expect(checkTwiml(answer.body)).toEqual([])
    expect(turns.asked).toEqual([{ what: 'fallback', leg: LEG }])
  })

  it('of the waiting room says what there is to say, then waits about 20 s', async () => {
    const ahead = [{ brand: 'rheinnetz', queue: 'rheinnetz.bill', language: 'de', callers: 5 }]
    turns.waiting = { kind: 'waits', call: REPLY, ahead, byTicket: false, replaced: false, told: null }
    const waiting = await post('/voice/wait', twilioFields({ QueuePosition: '9', QueueTime: '42' }))
    expect(checkTwiml(waiting.body, 'enqueueWait')).toEqual([])
    expect(waiting.body).toContain('1 Gruppen vor Ihnen.')
    expect(waiting.body).toContain('<Pause length="20"/>')
    turns.waiting = { kind: 'over' }
    const nowhere = await post('/voice/wait')
    expect(checkTwiml(nowhere.body, 'enqueueWait')).toEqual([])
    expect(nowhere.body).toMatch(/<Response><Pause length="20"\/><\/Response>$/)
    turns.waiting = { kind: 'unknown' }
    const forgotten = await post('/voice/wait')
    expect(checkTwiml(forgotten.body, 'enqueueWait')).toEqual([])
    expect(forgotten.body).toMatch(/<Response><Leave\/><\/Response>$/)
  })

  it('lets a waiting caller out of the queue by the key that is offered, and by no other', async () => {
    turns.waiting = { kind: 'waits', call: REPLY, ahead: [], byTicket: false, replaced: false, told: null }
    const asked = await post('/voice/wait', twilioFields({ QueuePosition: '1' }))
    expect(asked.body).toContain(`<Gather input="dtmf" action="${PUBLIC_BASE_URL}/voice/wait#rc=2`)
    const other = await post('/voice/wait', twilioFields(gathered('2')))
    expect(other.body).toContain('<Gather')
    const out = await post('/voice/wait', twilioFields(gathered('1')))
    expect(checkTwiml(out.body, 'enqueueWait')).toEqual([])
    expect(out.body).toMatch(/<Response><Leave\/><\/Response>$/)
    expect(turns.asked.at(-1)).toEqual({ what: 'endWait', callId: callSid(1), why: 'key' })
    // What is keyed stands in no log.
    expect(lines.join('')).not.toMatch(/Digits/)
  })

  it.each(['completed', 'busy', 'failed', 'no-answer', 'canceled'])(
    'of status %s ends the call',
    async (CallStatus) => {
      const answer = await post('/voice/status', twilioFields({ CallStatus, CallDuration: '9', SequenceNumber: '0' }))
      expect(answer).toMatchObject({ status: 204, body: '' })
      expect(turns.asked).toEqual([{ what: 'ended', callId: callSid(1) }])
    },
  )

  it.each(['queued', 'initiated', 'ringing', 'in-progress'])('of status %s changes nothing', async (CallStatus) => {
    expect(await post('/voice/status', twilioFields({ CallStatus }))).toMatchObject({ status: 204, body: '' })
    expect(turns.asked).toEqual([])
  })
})

describe('when something throws', () => {
  it('a caller hears an apology in both languages; a caller who waits keeps waiting', async () => {
    turns.broken = new Error('the store is gone')
    for (const path of ROUTES) {
      const answer = await post(path, twilioFields({ CallStatus: 'completed' }))
      if (path === '/voice/status') expect(answer).toMatchObject({ status: 204, body: '' })
      else if (path === '/voice/wait') expect(answer.body).toMatch(/<Response><Pause length="20"\/><\/Response>$/)
      else {
        expect(answer.status).toBe(200)
        expect(checkTwiml(answer.body)).toEqual([])
        expect(answer.body).toMatch(/de-DE.*en-GB.*<Hangup\/>/)
      }
    }
    const errors = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50)
    expect(errors).toHaveLength(ROUTES.length)
    for (const error of errors)
      expect(error).toMatchObject({ callId: callSid(1), err: { message: 'the store is gone' } })
  })
})

describe('an unsigned or mis-signed request', () => {
  it('is refused in 1,000 variants, and no turn is taken', async () => {
    const fields = twilioFields(gathered('1234'))
    const flip = (text: string, n: number) => {
      const at = n % text.length
      return text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1)
    }
    const names = Object.keys(fields)
    const variants: ((path: string, n: number) => [path: string, headers: Record<string, string>, body: string])[] = [
      (path) => [path, { 'content-type': 'application/x-www-form-urlencoded' }, signForm('x', fields).body],
      (path, n) => {
        const { headers, body } = signForm(PUBLIC_BASE_URL + path, fields)
        return [path, { ...headers, 'x-twilio-signature': flip(headers['x-twilio-signature'], n % 27) }, body]
      },
      (path, n) => {
        const { headers } = signForm(PUBLIC_BASE_URL + path, fields)
        const name = names[n % names.length] ?? ''
        return [path, headers, signForm('x', { ...fields, [name]: flip(`${fields[name]} `, n) }).body]
      },
      (path, n) => {
        const { headers } = signForm(PUBLIC_BASE_URL + path, fields)
        return [path, headers, signForm('x', { ...fields, [`Extra${n}`]: '1' }).body]
      },
      (path, n) => {
        const { headers } = signForm(PUBLIC_BASE_URL + path, fields)
        const { [names[n % names.length] ?? '']: dropped, ...rest } = fields
        return [path, headers, signForm('x', dropped === '' ? {} : rest).body]
      },
      (path, n) => [path, ...headersAndBody(signForm(PUBLIC_BASE_URL + path, fields, flip(AUTH_TOKEN, n)))],
      (path) => [path, ...headersAndBody(signForm(PUBLIC_BASE_URL.replace('https', 'http') + path, fields))],
      (path) => [path, ...headersAndBody(signForm(`${PUBLIC_BASE_URL}:8443${path}`, fields))],
      (path, n) => [`${path}/`, ...headersAndBody(signForm(PUBLIC_BASE_URL + path, { ...fields, n: `${n}` }))],
      (path, n) => [`${path}?n=${n}`, ...headersAndBody(signForm(PUBLIC_BASE_URL + path, fields))],
      (path) => [path, signForm(PUBLIC_BASE_URL + path, fields).headers, '%'],
    ]
    const paths = [...ROUTES, '/voice', '/voice/', '/voice/other', '/voice/step/', '/voice/step/%zz', '/voice/step/a/b']
    let sent = 0
    while (sent < 1000) {
      const batch = Array.from({ length: 50 }, (_, i) => {
        const n = sent + i
        const path = paths[Math.floor(n / variants.length) % paths.length] ?? ''
        const variant = variants[n % variants.length]
        if (variant === undefined) throw new Error('no variant')
        return send(...variant(path, n))
      })
      for (const answer of await Promise.all(batch)) {
        expect(answer).toMatchObject({ status: 403, body: 'Forbidden.' })
        expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
      }
      sent += batch.length
    }
    expect(turns.asked).toEqual([])
    expect(lines).toHaveLength(1000)
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ outcome: 'unsigned' })
  })

  it('is refused when it is signed for the host that its headers name', async () => {
    for (const path of ROUTES) {
      for (const [host, proto] of [
        ['evil.example', 'https'],
        ['evil.example', 'http'],
        ['voice.example.com:8443', 'https'],
      ]) {
        const { headers, body } = signForm(`${proto}://${host}${path}`, twilioFields())
        const forged = {
          ...headers,
          host: `${host}`,
          'x-forwarded-host': `${host}`,
          'x-forwarded-proto': `${proto}`,
          'x-forwarded-port': '8443',
          forwarded: `host=${host};proto=${proto}`,
          'x-original-url': path,
        }
        expectRefused(await send(path, forged, body), [403])
      }
    }
  })

  it('is refused with the account of somebody else, though signed', async () => {
    for (const path of ROUTES) {
      expectRefused(await post(path, twilioFields({ AccountSid: `AC${'f'.repeat(32)}` })), [403])
    }
  })

  it('is refused when it is no POST, however signed', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const path = '/voice/incoming?CallSid=CA1'
      const signature = getExpectedTwilioSignature(AUTH_TOKEN, PUBLIC_BASE_URL + path, {})
      const answer = await send(path, { 'x-twilio-signature': signature }, '', method)
      expectRefused(answer, [405])
      expect(answer.headers.allow).toBe('POST')
    }
  })

  it('is refused unread when it is larger than any webhook', async () => {
    const { headers } = signForm(`${PUBLIC_BASE_URL}/voice/incoming`, {})
    const large = 'a='.padEnd(70_000, 'x')
    expectRefused(await send('/voice/incoming', { ...headers, 'content-length': `${large.length}` }, large), [413])
    expectRefused(await send('/voice/incoming', { ...headers, 'transfer-encoding': 'chunked' }, large), [413])
  })
})

describe('a change that keeps the signature right', () => {
  const fields = twilioFields({ Digits: '1234' })
  const { Digits: _, ...noDigits } = fields
  const { Direction: __, ...noDirection } = fields
  const { AccountSid, CallSid, From, To } = fields as Record<string, string>
  const few = { AccountSid, CallSid, From, To } as Record<string, string>
  const sign = (path: string, signed: Record<string, string>) => signForm(PUBLIC_BASE_URL + path, signed).headers
  const form = (changed: Record<string, string>) => new URLSearchParams(changed).toString()

  interface Change {
    name: string
    signed: Record<string, string>
    /** What a common form parser makes of the changed body: with it, the official library finds the signature right. */
    parsed: Record<string, string | string[]>
    body: string
  }
  const changes: Change[] = [
    { name: 'Digits1=234 for Digits=1234', ...changed(fields, { ...noDigits, Digits1: '234' }) },
    {
      name: 'Digits as an array',
      signed: fields,
      parsed: { ...fields, Digits: ['1234'] },
      body: `${form(noDigits)}&Digits%5B%5D=1234`,
    },
    {
      name: 'Digits twice',
      signed: fields,
      parsed: { ...fields, Digits: ['1234', '1234'] },
      body: `${form(fields)}&Digits=1234`,
    },
    {
      name: 'Digits inside CallSid',
      ...changed({ ...few, Digits: '1234' }, { ...few, CallSid: `${CallSid}Digits1234` }),
    },
    { name: 'Digits inside an empty field', ...changed(fields, { ...noDigits, CallerZip: 'Digits1234' }) },
    { name: 'the next field inside Digits', ...changed(fields, { ...noDirection, Digits: '1234Directioninbound' }) },
    { name: 'a broken name', ...changed(fields, { ...noDigits, Dig: 'its1234' }) },
  ]
  function changed(signed: Record<string, string>, to: Record<string, string>): Omit<Change, 'name'> {
    return { signed, parsed: to, body: form(to) }
  }

  it.each(changes)(
    'is refused where keys are read, and harms nothing elsewhere: $name',
    async ({ signed, parsed, body }) => {
      for (const path of ROUTES) {
        const headers = sign(path, signed)
        expect(validateRequest(AUTH_TOKEN, headers['x-twilio-signature'], PUBLIC_BASE_URL + path, parsed)).toBe(true)
        const honest = await send(path, headers, form(signed))
        expect(honest.status).toBeLessThan(300)
        const asked = turns.asked
        turns.asked = []
        const answer = await send(path, headers, body)
        // With brackets it is another text for us, and so it is not signed.
        if (path === STEP || body.includes('%5B')) expectRefused(answer, [400, 403])
        else if (parsed.CallSid === CallSid)
          expect({ ...answer, headers: {}, asked: turns.asked }).toEqual({ ...honest, headers: {}, asked })
        // No call is known by such a name: one in trouble gets an answer all the same, and nothing is told of any call.
        else if (path === '/voice/fallback' || path === '/voice/status')
          expect([answer.status, turns.asked]).toEqual([honest.status, []])
        else expectRefused(answer, [400])
        turns.asked = []
      }
    },
  )

  it('is refused: another port than the configured one', async () => {
    for (const path of ROUTES) {
      expectRefused(await send(path, signForm(`${PUBLIC_BASE_URL}:8443${path}`, fields).headers, form(fields)), [403])
    }
  })

  it('is refused: a hash in the URL instead of the form in the signature', async () => {
    const hash = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    for (const path of ROUTES.map((route) => `${route}?bodySHA256=${hash}`)) {
      const signature = getExpectedTwilioSignature(AUTH_TOKEN, PUBLIC_BASE_URL + path, {})
      const headers = { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' }
      expectRefused(await send(path, headers, form(fields)), [403])
      expectRefused(await send(path, headers, ''), [400])
      expectRefused(await post(path, fields), [400])
    }
  })
})

describe('a malformed signed request', () => {
  it.each<[over: Record<string, string>, where: string[]]>([
    [{ AccountSid: '' }, ROUTES],
    [{ CallSid: 'CA1234' }, ['/voice/incoming', STEP, '/voice/wait']],
    [{ To: '1234' }, ['/voice/incoming', STEP]],
    [{ Digits: '1234Echo' }, [STEP]],
    [{ CallStatus: '1234' }, [STEP]],
  ])('is refused by routes that read it, with a sentence that shows nothing of it: %j', async (over, where) => {
    for (const path of ROUTES) {
      const answer = await post(path, twilioFields(over))
      if (where.includes(path)) expectRefused(answer, [400])
      else expect(answer.status).toBeLessThan(300)
      turns.asked = []
    }
  })

  it('is refused when it is no form or its step token is none', async () => {
    const { headers, body } = signForm(`${PUBLIC_BASE_URL}/voice/incoming`, twilioFields())
    expectRefused(await send('/voice/incoming', { ...headers, 'content-type': 'application/json' }, body), [400])
    for (const token of ['', 'a/b', '%zz', '%00', 'a'.repeat(65), '..%2f..%2fetc']) {
      expectRefused(await post(`/voice/step/${token}`), [400])
    }
    expectRefused(await post('/voice/other'), [404])
  })
})

describe('the forms that Twilio sends', () => {
  const MOVE = `/voice/move/${'a'.repeat(32)}/join/n0nce`
  const AGENT = `/voice/agent/${'a'.repeat(32)}`
  const legRoutes = [...ROUTES, MOVE, AGENT, `${AGENT}/accept`, `${AGENT}/left`, `${AGENT}/ended`, '/voice/hold']

  /** What only tells is answered by nothing. */
  const tells = /\/(status|ended)$/

  it.each(Object.entries(legSamples))('are taken on every route: %s', async (_what, fields) => {
    for (const path of legRoutes)
      expect([path, (await post(path, fields)).status]).toEqual([path, tells.test(path) ? 204 : 200])
  })

  it.each(Object.entries(roomSamples))('of a room are taken: %s', async (_what, fields) => {
    expect((await post('/voice/room', fields)).status).toBe(204)
  })

  it('may call and be called by SIP, by a national number, or without the plus', async () => {
    for (const [written, read] of [
      ['sip:+492214710100@example.sip.twilio.com', '00492214710100'],
      ['sips:492214710100@example.sip.twilio.com:5061;transport=tls?X-A=1', '492214710100'],
      ['0221 4710100', '02214710100'],
      ['492214710100', '492214710100'],
    ] as const) {
      for (const path of ['/voice/incoming', STEP, '/voice/fallback']) {
        turns.asked = []
        expect((await post(path, twilioFields({ To: written, From: written }))).status).toBe(200)
        expect(turns.asked.map(({ leg }) => leg)).toEqual([{ callId: callSid(1), called: read, from: read }])
      }
    }
  })

  it('may have any SIP header beside them', async () => {
    for (const path of ROUTES) {
      const header = { 'SipHeader_X-Digits': '4711', 'SipHeader_X-CallSid': callSid(7), 'SipHeader_X-From': '+49171' }
      expect((await post(path, twilioFields(header))).status).toBeLessThan(300)
    }
    expect(turns.asked.find(({ what }) => what === 'step')?.input).toEqual({ kind: 'no_input' })
    const headers = [{ name: 'CallSid', value: 'CA…' }]
    // At the ring they are kept for agents to read, without digits; nothing else takes note of them.
    const ring = { ...LEG, carried: { forwardedFrom: null, attestation: null, headers } }
    expect(turns.asked.map(({ leg, callId }) => leg ?? callId)).toEqual([ring, LEG, callSid(1), LEG])
  })

  it('may bring any key of a telephone', async () => {
    for (const keys of ['1A', 'D', '12#4', 'w1', '1234x']) {
      turns.asked = []
      expect((await post(STEP, twilioFields(gathered(keys)))).status).toBe(200)
      const [{ input } = {}] = turns.asked
      expect(input?.kind === 'digits' && input.digits.reveal()).toBe(keys)
    }
  })

  it('bring a caller in trouble to a person, and end their call, whatever else is in them', async () => {
    const odd = { Digits: 'Digits12', FromZip: 'To+492214710199', CallerName: `CallSid${callSid(7)}`, QueueResult: '' }
    for (const over of [odd, { CallSid: '' }, { To: 'x' }, { To: '' }, { From: 'From+491713920000' }]) {
      turns.asked = []
      const answer = await post('/voice/fallback', twilioFields({ ...over, ErrorCode: '11200' }))
      expect(answer.status).toBe(200)
      expect(checkTwiml(answer.body)).toEqual([])
    }
    turns.asked = []
    const { CallerName: _, ...rest } = odd
    const ended = await post('/voice/status', twilioFields({ ...rest, To: 'x', From: '', CallStatus: 'completed' }))
    expect(ended.status).toBe(204)
    expect(turns.asked).toEqual([{ what: 'ended', callId: callSid(1) }])
    expect((await post('/voice/status', twilioFields({ CallSid: 'x' }))).status).toBe(204)
    expect((await post('/voice/room', { AccountSid: ACCOUNT_SID, FriendlyName: 'x' })).status).toBe(204)
    expect((await post(`${AGENT}/ended`, { AccountSid: ACCOUNT_SID })).status).toBe(204)
  })
})

describe('what could not be signed', () => {
  const right = getExpectedTwilioSignature(AUTH_TOKEN, `${PUBLIC_BASE_URL}/voice/incoming`, {})
  /** Sends headers that promise a body, and never the body: what comes back, and the end of the connection. */
  function promise(headers: string): Promise<string> {
    const { port } = server.address() as AddressInfo
    return new Promise((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`POST /voice/incoming HTTP/1.1\r\nhost: x\r\n${headers}content-length: 60000\r\n\r\nDigits=12`)
      })
      socket.setEncoding('utf8').on('data', (data) => {
        text += data
      })
      socket.on('error', reject).on('close', () => resolve(text))
    })
  }

  it.each([
    ['no signature', ''],
    ['an empty one', 'x-twilio-signature:\r\n'],
    ['one of 19 bytes', `x-twilio-signature: ${Buffer.alloc(19).toString('base64')}\r\n`],
    ['two', `x-twilio-signature: ${right}\r\nx-twilio-signature: ${right}\r\n`],
  ])('is refused without waiting for its body: %s', async (_what, header) => {
    expect(await promise(header)).toMatch(/^HTTP\/1\.1 403 .*connection: close.*\r\n\r\nForbidden\.$/is)
    expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(['unsigned'])
  })

  it('hears why although it is still sending', async () => {
    for (const headers of [{}, { 'x-twilio-signature': 'x' }]) {
      expectRefused(await send('/voice/incoming', headers, 'a='.padEnd(60_000, 'x')), [403])
      expectRefused(
        await send('/voice/incoming', { ...headers, 'transfer-encoding': 'chunked' }, 'a='.padEnd(300_000, 'x')),
        [403],
      )
    }
  })

  it('is refused undecoded when it has more pairs than any webhook', async () => {
    const { headers } = signForm(`${PUBLIC_BASE_URL}/voice/incoming`, {})
    expectRefused(await send('/voice/incoming', headers, 'a=%zz&'.repeat(200)), [413])
    const many = Object.fromEntries(
      Array.from({ length: 200 - Object.keys(twilioFields()).length }, (_, n) => [`SipHeader_${n}`, '']),
    )
    expect((await post('/voice/incoming', twilioFields(many))).status).toBe(200)
    turns.asked = []
    expectRefused(await post('/voice/incoming', twilioFields({ ...many, SipHeader_x: '' })), [413])
  })
})

describe('the log', () => {
  it('has one line for each webhook, with call, route, time and kind, and nothing else of it', async () => {
    await post('/voice/incoming')
    await post(STEP, twilioFields(gathered('987654')))
    await post('/voice/status', twilioFields({ CallStatus: 'completed' }))
    const facts = lines.map((line) => JSON.parse(line))
    expect(facts.map(({ callId, route, outcome }) => [callId, route, outcome])).toEqual([
      [callSid(1), '/voice/incoming', 'gather'],
      [callSid(1), '/voice/step', 'gather'],
      [callSid(1), '/voice/status', 'ended'],
    ])
    for (const { ms } of facts) expect(ms).toBeGreaterThanOrEqual(0)
    expect(lines.join('')).not.toMatch(new RegExp(`987654|1713920000|2214710100|${TOKEN}`))
  })

  it('gets no extra line and no control character from any field or header', async () => {
    const evil = 'x\r\n{"level":60,"msg":"forged"}\u001b[2J\u0085\u2028"\\'
    const names = [
      ...Object.keys(twilioFields(gathered('1', '#'))),
      'QueueResult',
      'DialCallStatus',
      'ErrorCode',
      'New',
    ]
    let sent = 0
    for (const path of ROUTES) {
      for (const name of names) {
        await post(path, twilioFields({ [name]: evil }))
        sent += 1
      }
      const { headers, body } = signForm(PUBLIC_BASE_URL + path, twilioFields())
      await send(path, { ...headers, 'user-agent': '\u009b31m', 'i-twilio-idempotency-token': '"}{' }, body)
      await send(`${path}%0d%0aforged`, headers, body)
      sent += 2
    }
    expect(lines).toHaveLength(sent)
    for (const line of lines) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(line).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028]*\n$/)
      expect(line).not.toMatch(/forged/)
    }
  })
})

function headersAndBody({
  headers,
  body,
}: {
  headers: Record<string, string>
  body: string
}): [Record<string, string>, string] {
  return [headers, body]
}
