/** The call that comes with a finding is a shortest one, says what is heard, and names its mistake where it happens. */
import { describe, expect, it } from '@jest/globals'
import type { RuleCode } from '../../src/flow/files/finding.ts'
import { prove } from '../../src/proof/check.ts'
import { type Small, smallHotline } from '../flow/small.ts'
import { brokenTypes } from './broken-types.ts'
import { keepsLevel, withTypes } from './foreign.ts'
import { callOf, insert, secondNumber, spoiled } from './proving.ts'

/** In two languages, and with callers who are known by their line: all of it is in the calls. */
const findingsIn = (small: Small) => prove([smallHotline(small)]).findings

/** The call of the first finding of a rule, without its head; each remark is a single `#`. */
function bodyOf(code: RuleCode, small: Small): string {
  const [, body = ''] = callOf(findingsIn(small).find((finding) => finding.code === code)).split(/\n\n/)
  return body.replace(/(# .*\n)+/g, '#\n')
}
const headOf = (code: RuleCode, small: Small): string =>
  callOf(findingsIn(small).find((finding) => finding.code === code)).split('\n\n')[0] ?? ''

const MENU = `hears de: hello
hears en: menu.language
hears de: topic.bill key.1
hears de: topic.order key.2
hears de: topic.join key.3
hears de: menu.person
`
const TO_PIN = `${MENU}keys: 1
hears de: identify.own_line
hears de: ask
keys: 234567894#
hears de: prove
`
const noPin = { flow: spoiled({ 'refused: general\n    no_pin: general': 'refused: general\n    no_pin: verified' }) }

describe('the head of a bad call', () => {
  it('names rule and brand, a caller, a day, and the customer that the call needs', () => {
    expect(headOf('level', noPin)).toMatch(
      /^title: \[level\] in small\ncalled: \+4930231250\nfrom: \+491713920042\non: 1970-01-01 12:00\nbefore: customer small customer_number=234567894 pin=\d{4}$/,
    )
  })

  it('brings no customer along where none is asked for', () => {
    expect(headOf('loop', { flow: spoiled({ 'no_match: general }': 'no_match: menu }' }) })).not.toContain('before:')
  })
})

describe('the shortest call', () => {
  it('that comes to a queue without the proof ends as it really ends: the second lock apologises', () => {
    expect(bodyOf('level', noPin)).toBe(
      `${TO_PIN}silence\nhears de: help.begin\nhears de: help.menu\nkeys: 2\n#\nhears de: apology\nqueue: small.general\n`,
    )
  })

  it('shows what no lock stops: a second number that keeps the proof of the first', () => {
    const types = withTypes({ mine: keepsLevel })
    const body = bodyOf('level', { flow: secondNumber('verified'), types })
    expect(body).toMatch(
      /keys: 234567894#\nhears de: prove\nkeys: \d{4}\nhears de: ask\nhears de: identify\.person\nkeys: \d{9}#\n#\nqueue: small.bill\n$/,
    )
  })

  it('counts a secret for nobody but the account that it was checked for', () => {
    const broken = brokenTypes.find(({ what }) => what.startsWith('the secret of the number that was keyed first'))
    const findings = findingsIn(broken?.small ?? { flow: '' })
    const queue = findings.find(({ message }) => message.includes("'pin' leads by 'verified'"))
    const call = callOf(queue)
    const [first, second] = [...call.matchAll(/\nkeys: (\d{9})#/g)].map(([, number]) => number)
    expect(first).not.toBe(second)
    // Two customers: the PIN that opens the second is that of the first.
    const pinOf = (number: string | undefined) => new RegExp(`customer_number=${number} pin=(\\d{4})`).exec(call)?.[1]
    expect(call).toMatch(new RegExp(`\nkeys: ${pinOf(first)}\n(# .*\n)+queue: small.bill\n$`))
    expect(pinOf(second)).not.toBe(pinOf(first))
  })

  it('before anybody can key a thing is the ringing alone', () => {
    const circle = 'next: hi }\n  hi: { type: say, prompt: hi, next: welcome }'
    expect(bodyOf('loop', { flow: spoiled({ 'next: hours }': circle }) })).toBe(
      '#\nhears de: apology\nqueue: small.general\n',
    )
  })

  it('goes round once where a call can go round for ever', () => {
    const full = { 'topic, done: bye, failed: bye }\n  known': 'topic, done: bye, failed: free }\n  known' }
    expect(bodyOf('loop', { flow: spoiled(full) })).toBe(
      `${MENU}keys: 3\nqueue: small.join\nreturned: queue-full\n#\nqueue: small.join\n`,
    )
  })

  it('keys wrong secrets where the world says that they are wrong', () => {
    const small = { flow: spoiled({ '    refused: general\n': '' }) }
    const wrong = 'keys: WRONG\nhears de: verify.failed\nhears de: prove\n'
    expect(bodyOf('break', small).replace(/keys: \d{4}\n/g, 'keys: WRONG\n')).toBe(
      `${TO_PIN}${wrong}${wrong}keys: WRONG\n#\nhears de: apology\nqueue: small.general\n`,
    )
    const call = callOf(findingsIn(small).find(({ code }) => code === 'break'))
    const right = /pin=(\d{4})/.exec(call)?.[1]
    expect(call).not.toContain(`keys: ${right}`)
  })

  it('ends an entry with the hash key where nothing else ends it', () => {
    const digits = 'digits: { min: 3, max: 5 }'
    const note = `{ type: collect, prompt: note, field: note, ${digits}, next: free, no_input: free, no_match: free }`
    expect(bodyOf('secret', { flow: insert.beforeFree(note) })).toMatch(
      /keys: 3\nhears de: note\nkeys: \d{4}#\n#\nqueue: small.join\n$/,
    )
  })

  it('ends by the caller where the hotline would wait on', () => {
    const silent = { 'no_input: general, no_match: general }': 'no_input: menu, no_match: general }' }
    expect(bodyOf('loop', { flow: spoiled(silent) })).toMatch(/silence\n.*silence\n#\n(hears .*\n)+caller hangs up\n$/s)
  })
})
