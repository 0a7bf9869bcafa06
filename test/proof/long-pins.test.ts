/** PINs of the brand's own length in the proof: one of each length that is taken is tried wherever a call waits. */
import { expect, it } from '@jest/globals'
import { transcriptOf } from '../../src/cli/bad-call.ts'
import { callThrough } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { explore } from '../../src/proof/explore.ts'
import { printTranscript } from '../../src/simulator/script/transcript.ts'
import { smallHotline } from '../flow/small.ts'
import { FEWEST, findingsIn, insert, SOUND } from './proving.ts'

const brand = {
  pins: '{ digits: 6, still: [4] }',
  identifiers: '[{ kind: customer_number, digits: { min: 8, max: 12 }, check: mod11_10 }]',
}
const noted = (length: number): string =>
  insert.beforeFree(
    `{ type: collect, prompt: note, field: note, digits: { min: ${length}, max: ${length} }, next: free, no_input: free, no_match: free }`,
  )

it('finds nothing in a flow that asks for one', () => {
  expect(findingsIn({ flow: SOUND, brand })).toEqual([])
})

it.each([3, 4, 5, 6, 7])('tells of a step that saves %i digits where it could be a PIN', (length) => {
  const found = findingsIn({ flow: noted(length), brand }).map(({ code, message }) => `${code}: ${message}`)
  if (length !== 4 && length !== 6) return expect(found).toEqual([])
  expect(found).toEqual([expect.stringMatching(`^secret: 'mine' keeps an entry of ${length} digits`)])
})

it('writes a call in which a customer keys the PIN of six digits of their line in the file', () => {
  const hotline = smallHotline({ flow: SOUND, brand: { ...FEWEST, ...brand } })
  const call = callThrough(explore(hotline, dayKinds(hotline.brand)), 'pin', 'verified')
  const text = call ? printTranscript(transcriptOf(call, { code: 'level', message: '' })) : ''
  const [, pin = ''] = /customer small [^\n]*pin=(\d{6})\b/.exec(text) ?? []
  expect(pin).toHaveLength(6)
  expect(text.split('\n').filter((line) => line.includes(pin))).toHaveLength(2)
})
