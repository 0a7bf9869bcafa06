import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { type FormPair, parseForm, signatureCheck, signedBases, signedText } from '../../src/twilio/signature.ts'

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

/** The vector's URL as base (scheme, credentials, host, port) and target (path and query). */
function split(url: string): [base: string, target: string] {
  const at = url.indexOf('/', url.indexOf('//') + 2)
  return [url.slice(0, at), url.slice(at)]
}

function check(url: string, signature: string | undefined, form: FormPair[], tokens = [authToken]): boolean {
  const [base, target] = split(url)
  return signatureCheck(base, tokens)(signature, target, signedText(form))
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
    const form = signedText([['CallSid', 'CA1']])
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
        expect(form).not.toBeNull()
        expect(signatureCheck('https://voice.example.com', ['t'])(signature, `/${path}`, signedText(form ?? []))).toBe(
          true,
        )
        expect(validateRequest('t', signature, url, fields)).toBe(true)
      }),
    )
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
    for (const body of ['a=%', 'a=%zz', 'a=%ff', '%e0%80=1']) expect(parseForm(body)).toBeNull()
  })

  it('drops what is doubled only in the text that is signed', () => {
    expect(
      signedText([
        ['b', '2'],
        ['a', '9'],
        ['b', '1'],
        ['b', '2'],
      ]),
    ).toBe('a9b1b2')
  })
})

describe('the twilio package', () => {
  it('still has the two modules that are imported past its front door', () => {
    expect(new VoiceResponse().toString()).toContain('<Response/>')
    expect(typeof validateRequest).toBe('function')
  })
})
