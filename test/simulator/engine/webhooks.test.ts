import { describe, expect, it } from '@jest/globals'
import { patienceOf } from '../../../src/simulator/engine/overrides.ts'
import { sign, type Webhook } from '../../../src/simulator/engine/webhooks.ts'
import type { Fault } from '../../../src/simulator/view.ts'
import { key, ring, startScripted } from '../scripted-server.ts'

const gather = '<Gather action="/step" numDigits="1"><Say>Taste?</Say></Gather>'
const withKeys = (fault: Fault) => (webhook: Webhook) => (webhook.keys ? fault : null)

describe('signatures', () => {
  it.each([
    [
      'https://ivr.example.com/voice/pin?leg=1',
      {
        AccountSid: `AC${'0'.repeat(32)}`,
        ApiVersion: '2010-04-01',
        CallSid: 'CA00000000000000000000000000000001',
        CallStatus: 'in-progress',
        Called: '+4930111111',
        Caller: '+4930222222',
        Digits: '123456',
        Direction: 'inbound',
        FinishedOnKey: '#',
        From: '+4930222222',
        FromCity: 'Köln',
        To: '+4930111111',
        msg: 'Gather End',
      },
      'snjSwm6o1sIBtpQ/i0TNV86lS6g=',
    ],
    ['https://ivr.example.com/voice', { CallSid: 'CA1', FromCity: '', To: '+1' }, '57YuCOLTtmjjGd59SKaUABVLdAQ='],
    ['https://ivr.example.com/voice', { B: '2', Z: '3', a: '1', msg: 'x' }, 'M6euQ6UHArCA7C/nbxmyCTacqks='],
  ])('over %s are those of Twilio', (url, parameters, signature) => {
    expect(sign('12345', url, parameters)).toBe(signature)
  })
})

describe('faults', () => {
  it('twice: two equal requests, one call', async () => {
    const { server, said, events } = await ring({ '/voice/incoming': gather, '/step': '<Say>Danke.</Say>' }, key('1'), {
      faultFor: withKeys('twice'),
    })
    const [one, two] = server.to('/step')
    expect(two).toEqual(one)
    expect(one?.headers['i-twilio-idempotency-token']).toMatch(/^[0-9a-f-]{36}$/)
    expect(said).toEqual(['Taste?', 'Danke.'])
    expect(events.map(({ kind }) => kind)).not.toContain('answers_differ')
  })

  it('twice: tells when the two answers differ', async () => {
    const { events } = await ring(
      { '/voice/incoming': gather, '/step': (_form, time) => `<Say>${time}</Say>` },
      key('1'),
      { faultFor: withKeys('twice') },
    )
    expect(events).toContainEqual({ kind: 'answers_differ' })
  })

  it('dropped: delivered again, and the second answer counts', async () => {
    const { server, said } = await ring(
      { '/voice/incoming': gather, '/step': (_form, time) => `<Say>${time}</Say>` },
      key('1'),
      { faultFor: withKeys('dropped') },
    )
    expect(server.to('/step')).toHaveLength(2)
    expect(said).toEqual(['Taste?', '2'])
  })

  it('lost: never arrives, and the fallback URL is asked after 15 s', async () => {
    const { server, said, end, events } = await ring(
      { '/voice/incoming': gather, '/voice/fallback': '<Say>Moment.</Say>' },
      key('1'),
      { faultFor: withKeys('lost') },
    )
    expect(server.to('/step')).toEqual([])
    const [fallback] = server.to('/voice/fallback')
    expect(fallback?.signed).toBe(true)
    expect(fallback?.form).toMatchObject({ Digits: '1', ErrorCode: '11200', ErrorUrl: `${server.baseUrl}/step` })
    expect(said).toEqual(['Taste?', 'Moment.'])
    expect(end.seconds).toBeGreaterThanOrEqual(15)
    expect(events).toContainEqual({ kind: 'fault', fault: 'lost' })
  })

  it('late: arrives after the fallback URL was asked, and its answer counts for nothing', async () => {
    const { server, said } = await ring(
      { '/voice/incoming': gather, '/step': '<Say>Zu spät.</Say>', '/voice/fallback': '<Say>Moment.</Say>' },
      key('1'),
      { faultFor: withKeys('late') },
    )
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/voice/incoming',
      '/voice/fallback',
      '/step',
      '/voice/status',
    ])
    expect(said).toEqual(['Taste?', 'Moment.'])
  })

  it('may hit the notification at the end, which nobody waits for', async () => {
    const ofStatus = (fault: Fault) => (webhook: Webhook) => (webhook.kind === 'status' ? fault : null)
    const twice = await ring({ '/voice/incoming': '' }, [], { faultFor: ofStatus('twice') })
    expect(twice.server.to('/voice/status')).toHaveLength(2)
    const lost = await ring({ '/voice/incoming': '' }, [], { faultFor: ofStatus('lost') })
    expect(lost.server.to('/voice/status')).toEqual([])
    expect(lost.events.map(({ kind }) => kind)).not.toContain('warning')
  })
})

describe('failures', () => {
  it.each([
    ['a 5xx', { status: 500, body: '' }, 11200],
    ['a 4xx', { status: 403, body: '' }, 11200],
    ['what is no XML', { body: '<Response><Say>' }, 12100],
    ['white space before the XML declaration', { body: ' <?xml version="1.0"?><Response/>' }, 12100],
    ['another root', { body: '<Answer/>' }, 12102],
    ['no body', { body: '' }, 11770],
    ['more than 64 kB', { body: `<Response><!--${'x'.repeat(65_536)}--></Response>` }, 11750],
    ['JSON', { type: 'application/json', body: '{}' }, 12300],
  ])('%s leads to the fallback URL', async (_what, answer, code) => {
    const { server, end } = await ring({ '/voice/incoming': answer, '/voice/fallback': '<Hangup/>' })
    expect(server.to('/voice/fallback')[0]?.form).toMatchObject({
      ErrorCode: String(code),
      ErrorUrl: `${server.baseUrl}/voice/incoming`,
    })
    expect(end.by).toBe('hotline')
  })

  it('no answer in time leads to the fallback URL', async () => {
    const { server } = await ring({ '/voice/incoming': null, '/voice/fallback': '' }, [], { limitMs: 60 })
    expect(server.to('/voice/incoming')).toHaveLength(1)
    expect(server.to('/voice/fallback')[0]?.form.ErrorCode).toBe('11200')
  })

  it('a broken fallback ends the call', async () => {
    const { end, events } = await ring({ '/voice/incoming': { status: 500, body: '' } })
    expect(end.by).toBe('failure')
    expect(events.at(-1)).toEqual({ kind: 'ended', by: 'failure' })
  })

  it('no connection is tried once more', async () => {
    let tries = 0
    const refusing: typeof fetch = (input, init) => {
      if (tries++ === 0) {
        const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
        return Promise.reject(new TypeError('fetch failed', { cause }))
      }
      return fetch(input, init)
    }
    const { events, server } = await ring({ '/voice/incoming': '' }, [], { fetch: refusing })
    expect(events).toContainEqual({ kind: 'retried', rule: 'ct' })
    expect(server.to('/voice/incoming')).toHaveLength(1)
    expect(server.to('/voice/fallback')).toEqual([])
  })

  it('no connection at all is 11205', async () => {
    const gone = await startScripted({})
    await gone.close()
    const { events } = await ring({}, [], { baseUrl: gone.baseUrl, publicBaseUrl: undefined })
    expect(events.filter(({ kind }) => kind === 'retried')).toHaveLength(3)
    expect(events).toContainEqual({ kind: 'fallback', code: 11205, reason: 'no connection (ECONNREFUSED)' })
  })

  it('a status callback that is refused gives a warning', async () => {
    const { events } = await ring({ '/voice/incoming': '', '/voice/status': { status: 500, body: '' } })
    expect(events).toContainEqual({ kind: 'warning', text: expect.stringContaining('15003') })
  })

  it('a redirect by HTTP is refused: it would lose the keys', async () => {
    await expect(ring({ '/voice/incoming': { status: 302, body: '' } })).rejects.toThrow(/302/)
  })
})

describe('connection overrides', () => {
  it('are Twilio’s defaults unless the fragment says otherwise', () => {
    expect(patienceOf('https://x.example/a')).toEqual({ read: 15_000, total: 15_000, retries: 1, retryOn: ['ct'] })
    expect(patienceOf('https://x.example/a#rc=2&rp=ct,5xx,rt&rt=4000&tt=13000')).toEqual({
      read: 4000,
      total: 13_000,
      retries: 2,
      retryOn: ['ct', '5xx', 'rt'],
    })
    expect(() => patienceOf('https://x.example/a#rc=9')).toThrow(/rc must be 0 to 5/)
    expect(() => patienceOf('https://x.example/a#rp=always')).toThrow(/rp must be of/)
  })

  it('try a 5xx again as often as allowed, with the same request', async () => {
    const again = (times: number) => ({
      '/voice/incoming': '<Redirect>/next#rc=2&amp;rp=5xx</Redirect>',
      '/next': (_form: unknown, time: number) => (time <= times ? { status: 503, body: '' } : ''),
      '/voice/fallback': '',
    })
    const twice = await ring(again(2))
    expect(twice.server.to('/next')).toHaveLength(3)
    expect(new Set(twice.server.to('/next').map((one) => one.headers['i-twilio-idempotency-token'])).size).toBe(1)
    expect(twice.server.to('/voice/fallback')).toEqual([])
    const thrice = await ring(again(3))
    expect(thrice.server.to('/next')).toHaveLength(3)
    expect(thrice.server.to('/voice/fallback')).toHaveLength(1)
  })

  it('try again when no answer came in time', async () => {
    const { server, said } = await ring({
      '/voice/incoming': '<Redirect>/next#rp=rt&amp;rt=100</Redirect>',
      '/next': (_form, time) => (time === 1 ? null : '<Say>Da.</Say>'),
    })
    expect(server.to('/next')).toHaveLength(2)
    expect(said).toEqual(['Da.'])
  })
})
