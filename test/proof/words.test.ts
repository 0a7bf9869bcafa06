/** Words in the proof: a secret of every length that the row has is tried wherever a call waits. */
import { expect, it } from '@jest/globals'
import { transcriptOf } from '../../src/cli/bad-call.ts'
import { callThrough } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { explore } from '../../src/proof/explore.ts'
import { printTranscript } from '../../src/simulator/script/transcript.ts'
import { smallHotline } from '../flow/small.ts'
import { FEWEST, findingsIn, insert, SOUND } from './proving.ts'

const brand = { credentials: '[word]' }
const noted = (length: number): string =>
  insert.beforeFree(
    `{ type: collect, prompt: note, field: note, digits: { min: ${length}, max: ${length} }, next: free, no_input: free, no_match: free }`,
  )

it('finds nothing in a flow that asks for one', () => {
  expect(findingsIn({ flow: SOUND, brand })).toEqual([])
})

it.each([5, 6, 7, 8, 9, 10, 11, 12, 13])('tells of a step that saves %i digits where it could be a word', (length) => {
  const found = findingsIn({ flow: noted(length), brand }).map(({ code, message }) => `${code}: ${message}`)
  if (length < 6 || length > 12) return expect(found).toEqual([])
  expect(found).toEqual([expect.stringMatching(`^secret: 'mine' keeps an entry of ${length} digits`)])
})

it('writes a call in which a customer keys the word of their line in the file', () => {
  const hotline = smallHotline({ flow: SOUND, brand: { ...FEWEST, ...brand } })
  const call = callThrough(explore(hotline, dayKinds(hotline.brand)), 'pin', 'verified')
  const [, customer = '', keyed] =
    /(customer small [^\n]*kennwort=(\d{9}))[\s\S]*\2#/.exec(
      call ? printTranscript(transcriptOf(call, { code: 'level', message: '' })) : '',
    ) ?? []
  expect(customer).not.toBe('')
  expect(keyed).toHaveLength(9)
})
