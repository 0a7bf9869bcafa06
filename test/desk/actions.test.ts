import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { refusals } from '../../src/floor/floor.ts'
import type { Database } from '../../src/store/database.ts'
import { openAnyStore } from '../support/any-store.ts'
import { builtPages, fakeFloor, type Holder, openDesk, PAGE, sid, type TestDesk, TOKEN } from './fixture.ts'

let database: Database
let desk: TestDesk
let anna: Holder
let ben: Holder
beforeAll(async () => {
  database = await openAnyStore()
})
beforeEach(async () => {
  desk = await openDesk(database)
  anna = await desk.signIn('anna')
  ben = await desk.signIn('ben')
})
afterEach(() => desk.close())
afterAll(() => database.close())

const MINE = '/desk/api/assignments/as-anna'

describe('what an agent does', () => {
  it('reaches the floor under the name that signed in', async () => {
    const wrap = { note: 'Ruft wieder an. '.repeat(100), ticket: 'close' }
    const queue = { kind: 'queue', queue: 'rheinnetz.outage' }
    const sent: [path: string, body: object][] = [
      ['/desk/api/presence', { presence: 'available' }],
      [`${MINE}/decline`, {}],
      [`${MINE}/hold`, {}],
      [`${MINE}/resume`, {}],
      [`${MINE}/check`, {}],
      [`${MINE}/transfer`, { to: queue }],
      [`${MINE}/transfer`, { to: { kind: 'agent', name: 'ben' }, note: ' Rechnung doppelt ' }],
      [`${MINE}/fetch-back`, {}],
      [`${MINE}/finish`, {}],
      [`${MINE}/leave`, {}],
      [`${MINE}/draft`, { ...wrap, goesTo: { ticket: '7100482935' } }],
      [`${MINE}/ticket`, { open: 'bill' }],
      [`${MINE}/ticket`, { close: '7100482935' }],
      [`${MINE}/ticket`, { merge: '7100482935', into: '7100491850' }],
      [`${MINE}/ticket`, { reopen: '7100482935' }],
      [`${MINE}/ticket`, { undo: '7100482935' }],
      [`${MINE}/name`, { matches: true }],
      [`${MINE}/letter`, {}],
      [`${MINE}/wrap-up`, wrap],
    ]
    for (const [path, body] of sent) {
      const answer = await desk.post(path, anna, body)
      expect([path, answer.status, answer.body]).toEqual([path, 200, {}])
      expect(answer.headers['cache-control']).toBe('no-store')
    }
    expect((await desk.post('/desk/api/take', ben, { callSid: sid('c') })).status).toBe(200)
    expect(desk.done).toEqual([
      ['presence', 'anna', 'available'],
      ['decline', 'anna', 'as-anna'],
      ['hold', 'anna', 'as-anna'],
      ['resume', 'anna', 'as-anna'],
      ['check', 'anna', 'as-anna'],
      ['transfer', 'anna', 'as-anna', queue, null],
      ['transfer', 'anna', 'as-anna', { kind: 'agent', name: 'ben' }, 'Rechnung doppelt'],
      ['fetchBack', 'anna', 'as-anna'],
      ['finish', 'anna', 'as-anna'],
      ['leave', 'anna', 'as-anna'],
      ['draft', 'anna', 'as-anna', { ...wrap, goesTo: { ticket: '7100482935' } }],
      ['ticket', 'anna', 'as-anna', { open: 'bill' }],
      ['ticket', 'anna', 'as-anna', { close: '7100482935' }],
      ['ticket', 'anna', 'as-anna', { merge: '7100482935', into: '7100491850' }],
      ['ticket', 'anna', 'as-anna', { reopen: '7100482935' }],
      ['ticket', 'anna', 'as-anna', { undo: '7100482935' }],
      ['confirmName', 'anna', 'as-anna', true],
      ['orderLetter', 'anna', 'as-anna'],
      ['wrapUp', 'anna', 'as-anna', wrap],
      ['take', 'ben', sid('c')],
    ])
  })

  it('is done once when it is asked twice', async () => {
    const both = await Promise.all([desk.post('/desk/api/take', ben), desk.post('/desk/api/take', ben)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(desk.done).toEqual([['take', 'ben', null]])
  })

  it('is not done with a call of somebody else, nor with what is no call', async () => {
    for (const id of ['as-anna', 'as-other', '..%2f..%2fsign-out', 'x'.repeat(65), "as-anna'--", '%00'])
      for (const action of ['decline', 'hold', 'resume', 'check', 'fetch-back', 'finish', 'leave', 'reference']) {
        const answer = await desk.post(`/desk/api/assignments/${id}/${action}`, ben)
        expect([id, action, answer.status, answer.body.code]).toEqual([id, action, 404, 'not_found'])
      }
    for (const action of ['hold', 'reference'])
      expect((await desk.post(`/desk/api/assignments/as-other/${action}`, anna)).status).toBe(404)
    expect(desk.done).toEqual([])
    expect((await desk.get('/desk/api/me', ben)).status).toBe(200)
  })

  const bad: [path: string, body: object | string][] = [
    ['/desk/api/presence', {}],
    ['/desk/api/presence', { presence: 'asleep' }],
    ['/desk/api/presence', { presence: 'away', agent: 'ben' }],
    ['/desk/api/away', {}],
    ['/desk/api/away', { agent: 'Not a name' }],
    ['/desk/api/beat', { for: 'ben' }],
    ['/desk/api/take', { callSid: 'CA1' }],
    ['/desk/api/take', { callSid: null }],
    ['/desk/api/take', []],
    [`${MINE}/hold`, { held: true }],
    [`${MINE}/transfer`, {}],
    [`${MINE}/transfer`, { to: { kind: 'number', number: '+4930' } }],
    [`${MINE}/transfer`, { to: { kind: 'queue', queue: 'rheinnetz' } }],
    [`${MINE}/transfer`, { to: { kind: 'agent', name: 'Ben ' } }],
    [`${MINE}/transfer`, { to: { kind: 'agent', name: 'ben', queue: 'rheinnetz.bill' } }],
    [`${MINE}/wrap-up`, { note: 'x'.repeat(2_001), ticket: 'keep' }],
    [`${MINE}/wrap-up`, { note: '', ticket: 'delete' }],
    [`${MINE}/wrap-up`, { note: '' }],
    [`${MINE}/wrap-up`, { note: '', ticket: 'keep', goesTo: { ticket: '1; DROP' } }],
    [`${MINE}/wrap-up`, { note: '', ticket: 'keep', goesTo: { topic: 'bill', ticket: '1' } }],
    [`${MINE}/draft`, { note: 'x'.repeat(2_001), ticket: 'keep' }],
    [`${MINE}/draft`, { note: '' }],
    [`${MINE}/ticket`, {}],
    [`${MINE}/ticket`, { open: 'Bill' }],
    [`${MINE}/ticket`, { open: 'bill', close: '4711' }],
    [`${MINE}/ticket`, { merge: '4711' }],
    [`${MINE}/ticket`, { merge: '4711', into: 'x' }],
    [`${MINE}/name`, { matches: 'yes' }],
    [`${MINE}/reference`, { agent: 'ben' }],
    [`${MINE}/hold`, '{"__proto__": {"x": 1}}'],
  ]
  it.each(bad)('is not understood (%#: %s)', async (path, body) => {
    const answer = await desk.post(path, anna, body).type('json')
    expect([answer.status, answer.type, answer.body.code]).toEqual([400, 'application/problem+json', 'not_understood'])
    expect(desk.done).toEqual([])
  })

  it.each(['wrap-up', 'draft'])('may be as long as a note of 2,000 characters, and no longer: %s', async (path) => {
    // Six bytes each, as JSON may have them.
    const longest = `{"note":"${'\\u00e4'.repeat(2_000)}","ticket":"keep"}`
    expect((await desk.post(`${MINE}/${path}`, anna, longest).type('json')).status).toBe(200)
    const tooLong = { note: 'x'.repeat(20_000), ticket: 'keep' }
    expect((await desk.post(`${MINE}/${path}`, anna, tooLong)).status).toBe(413)
  })

  it.each([
    ['a NUL', 'Ruft\u0000wieder an', 'U+0000'],
    ['an escape sequence', '\u001b[2J', 'U+001B'],
    ['a delete', 'Ruft\u007f', 'U+007F'],
    ['a next line', 'Ruft\u0085', 'U+0085'],
    ['half a character', 'Ruft\ud83d', 'U+D83D'],
    ['a carriage return in mid-line', 'Ruft\rwieder', 'U+000D'],
  ])('keeps no note with %s, and says which character it is', async (_what, note, name) => {
    for (const [path, body] of [
      [`${MINE}/wrap-up`, { note, ticket: 'keep' }],
      [`${MINE}/draft`, { note, ticket: 'keep' }],
      [`${MINE}/transfer`, { to: { kind: 'agent', name: 'ben' }, note }],
    ] as const) {
      const answer = await desk.post(path, anna, body)
      expect([answer.status, answer.body.code]).toEqual([400, 'not_understood'])
      expect(answer.body.detail).toBe(`Not understood: note (${name} is no letter that can be kept).`)
    }
    expect((await desk.signIn(note)).answer.status).toBe(400)
    expect(desk.done).toEqual([])
  })

  it('keeps the lines and tabs of a note, and every letter', async () => {
    const note = 'Erstens:\r\n\t👩‍🔧 kommt \u202f8–10 Uhr\nZweitens: ’ok’'
    expect((await desk.post(`${MINE}/wrap-up`, anna, { note, ticket: 'keep' })).status).toBe(200)
    expect(desk.done).toEqual([['wrapUp', 'anna', 'as-anna', { note: note.replace('\r', ''), ticket: 'keep' }]])
  })

  it('with a call code answers yes or no; a slip of a key goes no further, and nothing that was typed is kept or quoted', async () => {
    const typed = '5836 1957 2840 3912'
    const yes = await desk.post(`${MINE}/code`, anna, { code: typed })
    expect([yes.status, yes.body]).toEqual([200, { right: true }])
    expect(JSON.stringify(desk.done)).toBe('[["code","anna","as-anna","[secret]"]]')
    for (const code of ['5836195728403913', '583619572840391', 'x'.repeat(16), '']) {
      const { status, body } = await desk.post(`${MINE}/code`, anna, { code })
      expect([status, body.code, body.detail]).toEqual([
        400,
        'code_form',
        'A call code has 16 digits, and one of these may be off.',
      ])
    }
    expect((await desk.post('/desk/api/assignments/as-ben/code', anna, { code: typed })).body.code).toBe('not_found')
    expect(desk.done).toHaveLength(1)
  })

  it('that the floor refuses says why, in a word and in a sentence', async () => {
    const expected = {
      not_found: 404,
      too_late: 409,
      not_passed_on: 409,
      busy: 409,
      colleague_busy: 409,
      nobody_waits: 409,
      not_allowed: 403,
      level: 409,
      entries_used: 409,
      codes_used: 429,
      line_used: 429,
      matter_open: 409,
      unreachable: 503,
    }
    for (const refused of refusals) {
      desk.floor.take = async () => ({ refused })
      const answer = await desk.post('/desk/api/take', anna)
      expect([answer.status, answer.type]).toEqual([expected[refused], 'application/problem+json'])
      expect(answer.body).toEqual({
        title: expect.any(String),
        status: expected[refused],
        detail: expect.stringMatching(/\.$/),
        code: refused,
      })
    }
  })

  it('that breaks says nothing of what broke, and is logged', async () => {
    desk.floor.take = async () => {
      throw new Error('connect to 10.0.0.4 refused')
    }
    const answer = await desk.post('/desk/api/take', anna)
    expect([answer.status, answer.body.code]).toEqual([503, 'unreachable'])
    expect(answer.text).not.toContain('10.0.0.4')
    expect(desk.errors.map(({ route }) => route)).toEqual(['/desk/api/take'])
  })

  it('has no other addresses', async () => {
    expect((await desk.post(`${MINE}/delete`, anna)).status).toBe(404)
    expect((await desk.get('/desk/api/take', anna)).status).toBe(404)
  })
})

describe('a reference for the operator’s own CRM', () => {
  const redeem = (reference: string, token = TOKEN) =>
    request(desk.base).post(`/api/v1/references/${reference}`).set('Authorization', `Bearer ${token}`)
  async function made(): Promise<string> {
    const answer = await desk.post(`${MINE}/reference`, anna)
    expect(answer.status).toBe(200)
    const url = String(answer.body.url)
    expect(url).toMatch(/^https:\/\/crm\.example\.com\/open\?ref=[A-Za-z0-9_-]{43}$/)
    return url.split('ref=')[1] ?? ''
  }

  it('shows the context of the agent’s call once, read in the agent’s name', async () => {
    const reference = await made()
    const answer = await redeem(reference)
    expect([answer.status, answer.body.callSid]).toEqual([200, sid('a')])
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(desk.readers).toMatchObject([[sid('a'), { name: 'anna', of: { brands: ['rheinnetz'], topics: ['bill'] } }]])
  })

  it('is not made of a call that a colleague passes on, before the agent has taken it', async () => {
    const { view } = desk.floor
    desk.floor.view = async (agent) => {
      const seen = await view(agent)
      return seen?.assignment
        ? { ...seen, assignment: { ...seen.assignment, preview: { level: 2, language: 'de' } } }
        : seen
    }
    expect((await desk.post(`${MINE}/reference`, anna)).status).toBe(404)
  })

  it('altered, replayed, late, of nobody: all look alike, and nothing is read', async () => {
    const used = await made()
    await redeem(used)
    const late = await made()
    desk.clock.turn(60_000)
    const fresh = await made()
    const altered = `${fresh.startsWith('A') ? 'B' : 'A'}${fresh.slice(1)}`
    const refused = [used, late, altered, fresh.slice(1), 'x', 'A'.repeat(43), '%00', 'x'.repeat(2_000)]
    for (const reference of refused) {
      const { status, body, headers } = await redeem(reference)
      expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
      expect(body).toEqual({ title: 'No such reference', status: 404, detail: expect.any(String) })
    }
    expect(desk.readers).toHaveLength(1)
    expect((await redeem(fresh)).status).toBe(200)
  })

  it('is worth nothing without the token of the API, and is not used up by that', async () => {
    const reference = await made()
    expect((await redeem(reference, 'another')).status).toBe(401)
    expect((await redeem(reference)).status).toBe(200)
  })

  it('is spent by one of two who come at once', async () => {
    const reference = await made()
    const both = await Promise.all([redeem(reference), redeem(reference)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404])
  })

  it('dies with the agent’s account', async () => {
    const reference = await made()
    await desk.agents.disable('anna')
    expect((await redeem(reference)).status).toBe(404)
  })

  it('is not made without an address to open', async () => {
    await desk.close()
    desk = await openDesk(database, { openUrl: null })
    anna = await desk.signIn('anna')
    expect((await desk.post(`${MINE}/reference`, anna)).status).toBe(404)
    expect((await desk.get('/desk/api/me', anna)).body.openUrl).toBe(false)
  })
})

describe('the page', () => {
  it('comes with a policy under which nothing foreign and nothing inline runs', async () => {
    const answer = await request(desk.base).get('/desk')
    expect([answer.status, answer.type, answer.text]).toEqual([200, 'text/html', PAGE])
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';frame-ancestors 'self';base-uri 'none';form-action 'self'",
    )
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
    })
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })

  it('insists on https where it is served so', async () => {
    await desk.close()
    desk = await openDesk(database, { publicBaseUrl: 'https://voice.example.com' })
    const answer = await request(desk.base).get('/desk')
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d{8,}/)
  })

  it('has assets that never change under their names', async () => {
    const answer = await request(desk.base).get('/pages/assets/desk-1a2b.js')
    expect(answer.status).toBe(200)
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    for (const path of ['none.js', '', '..%2fdesk%2findex.html', '%2e%2e/desk/index.html', '.git/config'])
      expect((await request(desk.base).get(`/pages/assets/${path}`)).status).toBe(404)
  })

  it('that was not built says what to do', async () => {
    await desk.close()
    desk = await openDesk(database, { pagesDir: `${builtPages()}/none` })
    const answer = await request(desk.base).get('/desk')
    expect([answer.status, answer.type]).toEqual([503, 'text/plain'])
    expect(answer.text).toContain('npm run build')
  })
})

it('the floor of these tests refuses as it should', async () => {
  const { floor } = fakeFloor()
  expect(await floor.hold('ben', 'as-anna')).toEqual({ refused: 'not_found' })
  expect(await floor.take('anna', null)).toEqual({ refused: 'busy' })
})
