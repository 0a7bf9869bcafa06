/** A word keyed on letters (R11): which keys it is, and what of it is no try. */
import { randomInt } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { type CredentialKind, credentials } from '../../src/auth/credentials.ts'
import { asKeyed, asTold, keysOfWord } from '../../src/auth/letter-keys.ts'
import { faultOf, keyedNames, type PinFault, pinRules, randomSecret } from '../../src/auth/pin-policy.ts'
import { Secret } from '../../src/auth/secret.ts'

describe('the keys of a word', () => {
  it.each([
    ['abcdefghijklmnopqrstuvwxyz', '22233344455566677778889999'],
    ['Sonnenblume', '76663625863'],
    ['SONNEN blume', '76663625863'],
    ['Größe', '476773'],
    ['Ärger Öl Übung', '274376582864'],
    ['Çeşme', '23763'],
    ['ısı', '474'],
    ['Sommer2019', '7666372019'],
    ['4711', '4711'],
    ['', ''],
  ])('%s: %s', (word, keys) => {
    expect(keysOfWord(word)).toBe(keys)
  })

  it.each(['Sonnen-blume', 'Привет', 'a*', '☀'])('there are none of %s', (word) => {
    expect(keysOfWord(word)).toBeNull()
  })
})

describe('what is told', () => {
  const brandOf = (kinds: readonly CredentialKind[]) => ({ credentials: kinds, pins: { digits: 4, still: [] } })
  const kindOf = (kinds: readonly CredentialKind[], written: string) => asTold(brandOf(kinds), written)?.kind ?? null

  it('is a word where the brand takes words, written or as it is keyed', () => {
    expect(asTold(brandOf(['word']), 'Sonnenblume')?.digits.is('76663625863')).toBe(true)
    expect(kindOf(['word'], '76663625863')).toBe('word')
  })

  it('is no PIN in letters: nobody is to spend a try by a word of four', () => {
    expect(kindOf(['pin'], 'Anna')).toBeNull()
    expect([kindOf(['pin', 'word'], 'Anna'), kindOf(['pin', 'word'], '2662')]).toEqual([null, 'pin'])
  })

  it('is no try where it is too short, too long, or stands on no key', () => {
    expect(['Sonne', 'Donaudampfschiff', 'Sonnen-blume', ''].map((word) => kindOf(['word'], word))).toEqual([
      null,
      null,
      null,
      null,
    ])
  })
})

describe('the policy of a word', () => {
  const policy = { entry: credentials.word.usualEntry, forbid: pinRules }
  const owner = {
    birthDate: '1968-11-02',
    numbers: ['407182632', '02214710011'],
    names: keyedNames('Dr. Eva Müller-Kern'),
  }
  const judge = (word: string): PinFault | null => faultOf(asKeyed('word', word), policy, owner)

  it.each([
    ['Sonne', 'length'],
    ['Sonnen-blume', 'length'],
    ['adgjmptw', 'sequence'],
    ['banana', 'repeated'],
    ['Anna Otto', 'repeated'],
    ['Anna 021168', 'birth_date'],
    ['Mai1968', 'birth_year'],
    ['0718263', 'own_number'],
    ['Kernobst', 'own_name'],
    ['muellerin', 'own_name'],
    ['Passwort', 'common'],
    ['Alexander', 'common'],
    ['Wolkenbruch', null],
  ] as const)('%s: %s', (word, fault) => {
    expect(judge(word)).toBe(fault)
  })

  it('offers words that it would take, as they are said and as they are keyed', () => {
    for (let n = 0; n < 200; n++) {
      const { shown, keyed } = randomSecret(policy, owner, randomInt)
      expect(keysOfWord(shown.reveal())).toBe(keyed.reveal())
      expect(faultOf(keyed, policy, owner)).toBeNull()
      expect(shown.reveal()).toMatch(/^([bdgkmrtw][aeiou]){4}$/)
    }
  })

  it('draws syllables that are each keyed otherwise than all others', () => {
    const keys = Array.from({ length: 40 }, (_, syllable) => {
      const drawn = [syllable, 7, 19, 33]
      return randomSecret({ ...policy, forbid: [] }, owner, () => drawn.shift() ?? 0)
        .keyed.reveal()
        .slice(0, 2)
    })
    expect(new Set(keys).size).toBe(40)
  })

  it('is that of PINs no more: four keys are none, and a name of four is refused to words alone', () => {
    const pin = { entry: credentials.pin.usualEntry, forbid: pinRules }
    expect(faultOf(new Secret('5376'), pin, owner)).toBeNull()
    expect(owner.names).toContain('5376')
  })
})
