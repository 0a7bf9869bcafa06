/** Kinds of secrets that nothing tells apart are a finding. */
import { expect, it } from '@jest/globals'
import { parseBrand, secretsAlike } from '../../src/flow/files/parse-brand.ts'
import { readSource } from '../../src/flow/files/source.ts'
import { smallBrandFile } from './small.ts'

const table = { pin: { entry: { digits: 4 } }, puk: { entry: { digits: 8 } }, code: { entry: { digits: 4 } } }
const source = readSource('name: small\ncredentials: [pin, puk, code]\n', 'small.yaml')

it('finds two kinds with as many digits, at the second of them', () => {
  expect(secretsAlike(['pin', 'puk', 'code'], source, table)).toMatchObject([
    {
      code: 'secret',
      line: 2,
      column: 25,
      message: expect.stringMatching(/^a pin and a code have 4 digits both, .*; accept one/),
    },
  ])
})

it('finds nothing in kinds that each have a length of their own', () => {
  expect(secretsAlike(['pin', 'puk'], source, table)).toEqual([])
  expect(() => parseBrand(smallBrandFile({ credentials: '[pin, puk]' }), 'small.yaml')).not.toThrow()
})

it('finds a kind that a brand names twice', () => {
  expect(() => parseBrand(smallBrandFile({ credentials: '[pin, pin]' }), 'small.yaml')).toThrow("'pin' is there twice")
})

it('finds a word beside a PUK, for some words have as many keys, and none beside a PIN', () => {
  const named = (credentials: string) => () => parseBrand(smallBrandFile({ credentials }), 'small.yaml')
  expect(named('[pin, word, puk]')).toThrow('a word and a puk may both have 8 keys, so nothing tells which was keyed')
  expect(named('[pin, word]')).not.toThrow()
})

it('names the lengths that two words share', () => {
  const words = { short: { entry: { letters: { from: 5, to: 8 } } }, long: { entry: { letters: { from: 7, to: 12 } } } }
  expect(secretsAlike(['short', 'long'], source, words)).toMatchObject([
    { message: expect.stringMatching(/^a short and a long may both have 7 to 8 keys, /) },
  ])
})
