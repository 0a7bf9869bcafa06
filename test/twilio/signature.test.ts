import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import {
  type FormPair,
  looksSigned,
  parseForm,
  signatureCheck,
  signedBases,
  signedForm,
} from '../../src/twilio/signature.ts'
import fc from '../support/by-chance.ts'

interface Vector {
  id: number
  signedUrl: string
  params: Record<string, string | string[]>
  signature: string
  body?: string
}
const file = new URL('./data/signature-vectors.json', import.meta.url)
const { authToken, vectors } = JSON.parse(readFileSync(file, 'utf8')) as { authToken: string; vectors: Vector[] }

function pairs(params: Vector['params']): FormPair[] {
  return Object.entries(params).flatMap(([name, value]) => [value].flat().map((one): FormPair => [name, one]))
}

/** The shortest time of many, which a busy machine can only lengthen. */
function least(act: () => void): number {
  let shortest = Number.POSITIVE_INFINITY
  for (let round = 0; round < 50; round++) {
    const began = performance.now()
    act()
    shortest = Math.min(shortest, performance.now() - began)
  }
  return shortest
}

/** The vector's URL as base (scheme, credentials, host, port) and target (path and query). */
function split(url: string): [base: string, target: string] {
  const at = url.indexOf('/', url.indexOf('//') + 2)
  return [url.slice(0, at), url.slice(at)]
}

function check(url: string, signature: string | undefined, form: FormPair[], tokens = [authToken]): boolean {
  const [base, target] = split(url)
  return signatureCheck(base, tokens)(signature, target, signedForm(form).text)
}

describe('the signature', () => {
  it('comes with 17 vectors', () => expect(vectors).toHaveLength(17))

  describe.each(vectors)('vector $id', ({ signedUrl, params, signature, body }) => {
    const form = pairs(params)

    it('is right, in any order of its parameters', () => {
      expect(check(signedUrl, signature, form)).toBe(true)
      expect(check(signedUrl, signature, form.toReversed())).toBe(true)
      if (body !== undefined) expect(signedUrl).toContain(createHash('sha256').update(body).digest('hex'))
    })

    it('is right under the new and the old of two tokens, and under no other', () => {
      expect(check(signedUrl, signature, form, ['new', authToken])).toBe(true)
      expect(check(signedUrl, signature, form, [authToken, 'old'])).toBe(true)
      expect(check(signedUrl, signature, form, ['new', 'old'])).toBe(false)
    })

    it('fails with one character changed, anywhere', () => {
      const other = (text: string, at: number) =>
        text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1)
      const target = split(signedUrl)[0].length
      for (let at = 0; at < signature.length; at++) expect(check(signedUrl, other(signature, at), form)).toBe(false)
      for (let at = target + 1; at < signedUrl.length; at++) {
        expect(check(other(signedUrl, at), signature, form)).toBe(false)
      }
      form.forEach(([name, value], n) => {
        for (let at = 0; at < value.length; at++) {
          expect(check(signedUrl, signature, form.with(n, [name, other(value, at)]))).toBe(false)
        }
      })
    })

    it('fails with the fragment left on, a slash added, a value padded, the query counted twice, no header', () => {
      expect(check(`${signedUrl}#rc=2`, signature, form)).toBe(false)
      expect(check(`${signedUrl}/`, signature, form)).toBe(false)
      const padded = form.map(([name, value]): FormPair => [name, ` ${value}`])
      if (form.length > 0) expect(check(signedUrl, signature, padded)).toBe(false)
      const query = [...new URL(signedUrl).searchParams]
      if (query.length > 0) expect(check(signedUrl, signature, [...form, ...query])).toBe(false)
      for (const header of [undefined, '', 'x', `${signature}=`, signature.slice(1), `${signature}, ${signature}`]) {
        expect(check(signedUrl, header, form)).toBe(false)
      }
    })
  })

  it('counts for the configured base only: another scheme, host or port is another URL', () => {
    const form = signedForm([['CallSid', 'CA1']]).text
    const sign = (url: string) => getExpectedTwilioSignature('t', url, { CallSid: 'CA1' })
    const isSigned = signatureCheck('https://voice.example.com', ['t'])
    expect(isSigned(sign('https://voice.example.com/voice'), '/voice', form)).toBe(true)
    expect(isSigned(sign('https://voice.example.com:443/voice'), '/voice', form)).toBe(true)
    for (const url of [
      'http://voice.example.com/voice',
      'https://voice.example.com:8443/voice',
      'https://voice.example.com:80/voice',
      'https://evil.example.com/voice',
      'https://voice.example.com.evil.example/voice',
      '/voice',
    ]) {
      expect(isSigned(sign(url), '/voice', form)).toBe(false)
    }
    expect(
      isSigned(sign('https://voice.example.comhttp://evil.example/voice'), 'http://evil.example/voice', form),
    ).toBe(false)
  })

  it('agrees with the official library on any form', () => {
    const names = fc.string({ minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.dictionary(names, fc.string({ unit: 'grapheme' })), fc.webPath(), (fields, path) => {
        const url = `https://voice.example.com/${path}`
        const body = new URLSearchParams(fields).toString()
        const form = parseForm(body)
        const signature = getExpectedTwilioSignature('t', url, fields)
        const { text } = signedForm(form as FormPair[])
        expect(signatureCheck('https://voice.example.com', ['t'])(signature, `/${path}`, text)).toBe(true)
        expect(validateRequest('t', signature, url, fields)).toBe(true)
      }),
    )
  })

  it('is known by its form alone: 20 bytes in Base64, once', () => {
    const right = getExpectedTwilioSignature('t', 'https://h', {})
    expect(looksSigned(right)).toBe(true)
    const bytes = (length: number): string => Buffer.alloc(length, 0xa5).toString('base64')
    for (const wrong of [
      undefined,
      '',
      'x',
      bytes(19),
      bytes(21),
      `${right}\n`,
      ` ${right}`,
      `${right}, ${right}`,
      [right],
    ]) {
      expect(looksSigned(wrong)).toBe(false)
    }
    // The same bytes, written with bits that mean nothing, are another text.
    expect(looksSigned(right.replace(/.=$/, 'B='))).toBe(false)
  })

  it('refuses to start without a token or a plain base URL', () => {
    expect(() => signatureCheck('https://voice.example.com', [])).toThrow('TWILIO_AUTH_TOKEN')
    expect(() => signatureCheck('https://voice.example.com', ['t', ''])).toThrow('TWILIO_AUTH_TOKEN')
    for (const url of ['', 'voice.example.com', 'ftp://x', 'https://x/?a=1', 'https://x/#a', 'https://']) {
      expect(() => signatureCheck(url, ['t'])).toThrow('PUBLIC_BASE_URL')
    }
  })

  it('knows the forms of a base that may have been signed', () => {
    expect(signedBases('https://h/')).toEqual(['https://h', 'https://h:443'])
    expect(signedBases('http://h:3000')).toEqual(['http://h', 'http://h:3000'])
    expect(signedBases('https://[::1]:8443/a')).toEqual(['https://[::1]/a', 'https://[::1]:8443/a'])
  })
})

describe('the form parser', () => {
  it('keeps what is doubled and gives nothing a meaning', () => {
    expect(parseForm('a=1&a=2&b[]=3&=4&c&d=x%3Dy+z')).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b[]', '3'],
      ['', '4'],
      ['c', ''],
      ['d', 'x=y z'],
    ])
    expect(parseForm('')).toEqual([])
    expect(parseForm('__proto__=1')).toEqual([['__proto__', '1']])
  })

  it('has nothing to say about what cannot be decoded', () => {
    for (const body of ['a=%', 'a=%zz', 'a=%ff', '%e0%80=1']) expect(parseForm(body)).toBe('broken')
  })

  it('takes 200 pairs, and decodes none of more', () => {
    const body = (pairs: number) => Array.from({ length: pairs }, (_, n) => `n${n}=%zz`.replace('%zz', 'x')).join('&')
    expect(parseForm(body(200))).toHaveLength(200)
    expect(parseForm(body(201))).toBe('too_many')
    // What is broken at its beginning is not looked at.
    expect(parseForm(`%zz&${body(200)}`)).toBe('too_many')
    expect(parseForm('&'.repeat(60_000))).toBe('too_many')
  })

  it('costs little, however a stranger fills it', () => {
    const LENGTH = 65_000
    const filled = (pair: (n: number) => string, pairs: number): string =>
      Array.from({ length: pairs }, (_, n) => pair(n))
        .join('&')
        .padEnd(LENGTH, 'x')
    const bodies = [
      filled((n) => `n${(n * 79) % 200}=${'%C3%A4'.repeat(50)}`, 200),
      filled((n) => `${'x'.repeat(300)}${n}=`, 200),
      filled((n) => `n${n}=x`, 8_000),
      `a=${'+'.repeat(LENGTH)}`,
    ]
    const isSigned = signatureCheck('https://voice.example.com', ['old', 'new'])
    const signature = Buffer.alloc(20).toString('base64')
    function admit(body: string): void {
      const pairs = parseForm(body)
      if (typeof pairs !== 'string') isSigned(signature, '/voice/incoming', signedForm(pairs).text)
    }
    const text = 'x'.repeat(LENGTH)
    const yardstick = least(() => createHmac('sha1', 't').update(text).digest())
    const ratios = bodies.map((body) => least(() => admit(body)) / yardstick)
    console.log(`a body of 65 kB costs ${ratios.map((ratio) => ratio.toFixed(1)).join(', ')} HMACs of its length`)
    // Four of them are the two tokens with and without a port; one takes less than a tenth of a millisecond.
    for (const ratio of ratios) expect(ratio).toBeLessThan(200)
  })

  it('drops what is doubled only in the text that is signed', () => {
    expect(
      signedForm([
        ['b', '2'],
        ['a', '9'],
        ['b', '1'],
        ['b', '2'],
      ]),
    ).toEqual({
      text: 'a9b1b2',
      params: [
        { name: 'a', value: '9', at: 0 },
        { name: 'b', value: '1', at: 2 },
        { name: 'b', value: '2', at: 4 },
        { name: 'b', value: '2', at: 4 },
      ],
    })
  })
})

describe('the twilio package', () => {
  it('still has the two modules that are imported past its front door', () => {
    expect(new VoiceResponse().toString()).toContain('<Response/>')
    expect(typeof validateRequest).toBe('function')
  })
})
