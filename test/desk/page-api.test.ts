/** What pages send of what people type and paste. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { notKeptIn } from '../../src/flow/free-text.ts'
import { postJson, sendJson } from '../../src/page/api.ts'

describe('what a page sends', () => {
  const real = globalThis.fetch
  let sent: unknown
  beforeEach(() => {
    globalThis.fetch = async (_path, init) => {
      sent = JSON.parse(String(init?.body))
      return Response.json({})
    }
  })
  afterEach(() => {
    globalThis.fetch = real
  })

  it('is nothing that the server refuses and nobody sees', async () => {
    const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('')
    await postJson('note', { note: `${all}\uD83D`, list: ['\u202A+49 171 3920064\u202C'] }, 'csrf')
    const { note, list } = sent as { note: string; list: string[] }
    expect(notKeptIn(note)).toBeNull()
    expect(list).toEqual(['+49 171 3920064'])
    await sendJson('PUT', 'pin', { word: '\u2068Ayşe\u2069' })
    expect(sent).toEqual({ word: 'Ayşe' })
  })

  it.each([
    ['umlauts, as one letter and as two', 'Müller, Mu\u0308ller'],
    ['names of all scripts', "O’Neill-D'Arcy, Ağaoğlu, Иванова, محمد, דוד, 王"],
    ['joiners, which some scripts need', 'می\u200Cخواهم, क्\u200Dष'],
    ['emoji of several signs', '👩‍👩‍👧 🇩🇪 ✈️ 👍🏽'],
    ['soft hyphens and marks of direction', 'Kunden\u00ADnummer \u200E1\u200F'],
    ['lines and tabs', 'one\n\ttwo'],
  ])('leaves %s as they are', async (_, note) => {
    await postJson('note', { note }, null)
    expect(sent).toEqual({ note })
    expect(notKeptIn(note)).toBeNull()
  })

  it('ends lines as we do, whatever they were pasted from', async () => {
    await postJson('note', { note: 'a\r\nb\vc\fd\u0085e\rf' }, null)
    expect(sent).toEqual({ note: 'a\nb\nc\nd\ne\nf' })
  })
})
