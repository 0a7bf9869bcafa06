/** What the page "Meine Daten" asks of the portal's server, and that it has a sentence for whatever may be refused. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { words as de } from '../../src/page/languages/de.ts'
import { words as en } from '../../src/page/languages/en.ts'
import { words as tr } from '../../src/page/languages/tr.ts'
import { type PortalOperation, portalOperations } from '../../src/portal/operations.ts'
import { isOver, logIn, type Portal, sentenceOf } from '../../src/portal/page/portal.ts'

const asked: { path: string; method: string; session: string | null; body: string | null }[] = []
const real = globalThis.fetch
afterEach(() => {
  globalThis.fetch = real
  asked.length = 0
})

/** In the place of the server: what it answers to everything. */
function answering(status: number, body: object): void {
  globalThis.fetch = async (path, { method = 'GET', headers, body: sent } = {}) => {
    const session = new Headers(headers).get('x-session')
    asked.push({ path: String(path), method, session, body: (sent as string | undefined) ?? null })
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  }
}

async function entered(): Promise<Portal> {
  answering(200, { session: 'of-this-page' })
  const answer = await logIn('rheinnetz', '407182632')
  if (!answer.ok) throw new Error('not logged in')
  return answer.data
}

describe('the page', () => {
  it('asks each operation of the portal API where it is, with its session in a header and nothing in the address', async () => {
    const portal = await entered()
    expect(asked.splice(0)).toMatchObject([
      { path: 'my-data/api/log-in', method: 'POST', session: null, body: expect.stringContaining('407182632') },
    ])
    const { state, choose, renew, undo, lookUp, unlock, puk, callCode, calls, data, erase } = portal
    for (const ask of [
      state,
      () => choose('7350'),
      renew,
      undo,
      lookUp,
      unlock,
      () => puk('a/b', 'off'),
      callCode,
      calls,
      data,
      erase,
    ])
      await ask()
    const rows = Object.values<PortalOperation>(portalOperations)
    const known = rows.map(({ method, path }) => `${method.toUpperCase()} my-data/api${path.replace(':id', 'a%2Fb')}`)
    for (const { method, path } of asked) expect(known).toContain(`${method} ${path}`)
    expect(new Set(asked.map(({ session }) => session))).toEqual(new Set(['of-this-page']))
    expect(asked.filter(({ path, body }) => body !== null && path.includes('7350'))).toEqual([])
    expect(asked.flatMap(({ body }) => body ?? [])).toEqual(['{"pin":"7350"}', '{"puk":"off"}'])
  })

  it('gets the sentence and the suggestion of a PIN that is not taken', async () => {
    const portal = await entered()
    answering(422, { code: 'not_taken', text: 'Das ist eine Zahlenreihe.', suggestion: '7350' })
    expect(await portal.choose('1234')).toMatchObject({
      ok: false,
      status: 422,
      text: 'Das ist eine Zahlenreihe.',
      suggestion: '7350',
    })
  })

  it('knows after which refusals somebody has to log in again', async () => {
    const portal = await entered()
    for (const [code, over] of [
      ['stale', true],
      ['logged_out', true],
      ['weak', true],
      ['hard_locked', false],
      ['unreachable', false],
    ] as const) {
      answering(401, { code })
      const answer = await portal.state()
      expect([code, !answer.ok && isOver(answer)]).toEqual([code, over])
    }
  })

  it.each([de, en, tr])('has a sentence in $name for whatever the portal may refuse', ({ myData }) => {
    const codes = [
      ...Object.values<PortalOperation>(portalOperations).flatMap(({ refusals }) => Object.keys(refusals)),
      ...['stale', 'weak', 'logged_out', 'no_customer', 'no_keys', 'unreachable', 'no_connection', 'no_answer'],
    ]
    expect(codes.filter((code) => !Object.hasOwn(myData.refusals, code))).toEqual([])
    expect(sentenceOf({ code: 'constructor' }, myData.refusals)).toBe(myData.refusals.other)
    expect(sentenceOf({ code: 'stale' }, myData.refusals)).toBe(myData.refusals.stale)
  })
})
