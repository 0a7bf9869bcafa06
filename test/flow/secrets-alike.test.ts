/** Kinds of secrets that nothing tells apart are a finding. */
import { expect, it } from '@jest/globals'
import { parseBrand, secretsAlike } from '../../src/flow/files/parse-brand.ts'
import { readSource } from '../../src/flow/files/source.ts'
import { smallBrandFile } from './small.ts'

const table = { pin: { digits: 4 }, puk: { digits: 8 }, code: { digits: 4 } }
const entryIn = (kind: keyof typeof table) => table[kind]
const source = readSource('name: small\ncredentials: [pin, puk, code]\n', 'small.yaml')

it('finds two kinds with as many digits, at the second of them', () => {
  expect(secretsAlike(['pin', 'puk', 'code'], source, entryIn)).toMatchObject([
    {
      code: 'secret',
      line: 2,
      column: 25,
      message: expect.stringMatching(/^a pin and a code have 4 digits both, .*; accept one/),
    },
  ])
})

it('finds nothing in kinds that each have a length of their own', () => {
  expect(secretsAlike(['pin', 'puk'], source, entryIn)).toEqual([])
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

it.each([
  ['{ digits: 8 }', '[pin, puk]', /a pin and a puk have 8 digits both, .* correct pins.digits or pins.still/],
  ['{ digits: 6, still: [8] }', '[pin, puk]', /a pin and a puk have 8 digits both/],
  ['{ digits: 6 }', '[pin, word]', /a pin and a word may both have 6 keys/],
  ['{ digits: 5, still: [7] }', '[pin, word]', /a pin and a word may both have 7 keys/],
  ['{ digits: 7 }', '[pin]', /a customer_number may have 7 digits, as many as the pin/],
  ['{ digits: 5, still: [7] }', '[pin]', /a customer_number may have 7 digits, as many as the pin/],
  ['{ digits: 3 }', '[pin]', /digits/],
  ['{ digits: 9 }', '[pin]', /digits/],
  ['{ digits: 6, still: [6] }', '[pin]', /6 is 'digits'/],
  ['{ digits: 6, still: [4, 4] }', '[pin]', /4 is there twice/],
])('finds PINs by %s beside %s alike', (pins, kinds, why) => {
  expect(() => parseBrand(smallBrandFile({ pins, credentials: kinds }), 'small.yaml')).toThrow(why)
})

it('finds nothing in PINs of a length of their own, and of one from before', () => {
  const file = (pins: string, credentials: string) => () =>
    parseBrand(smallBrandFile({ pins, credentials, identifiers }), 'small.yaml')
  const identifiers = '[{ kind: customer_number, digits: { min: 9, max: 12 } }]'
  expect(file('{ digits: 6, still: [4] }', '[pin, puk]')).not.toThrow()
  expect(file('{ digits: 5, still: [4] }', '[pin, word]')).not.toThrow()
})

it('names the lengths that two words share', () => {
  const words = { short: { letters: { from: 5, to: 8 } }, long: { letters: { from: 7, to: 12 } } }
  expect(secretsAlike(['short', 'long'], source, (kind) => words[kind])).toMatchObject([
    { message: expect.stringMatching(/^a short and a long may both have 7 to 8 keys, /) },
  ])
})
