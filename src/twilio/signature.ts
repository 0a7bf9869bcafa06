/**
 * Whether Twilio sent a request: X-Twilio-Signature over the *configured* public URL, the raw path and query, and the
 * form. Host and X-Forwarded-* headers are never read (docs/security.md#the-door). Imports node:crypto only.
 *
 * The algorithm: https://www.twilio.com/docs/usage/webhooks/webhooks-security. Own code, not the library's
 * `validateRequest`, which on a mismatch also tries URLs re-encoded by `new URL()`, and takes one token only.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

/** One name and value of a form, decoded, in the order of the body. A list: names that come twice must stay visible. */
export type FormPair = readonly [name: string, value: string]

/** A form as it was signed. `text` is what stands behind the URL: every name and value, nothing between them. */
export interface SignedForm {
  /** Sorted as signed; `at` is where the name begins in the text. A pair that came twice is there twice, at one place. */
  params: readonly { name: string; value: string; at: number }[]
  text: string
}

/** The 20 bytes of an HMAC-SHA1 in Base64: the last character before the padding has two bits that are nothing. */
const SIGNATURE = /^[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=$/

/** Whether a header could be a signature at all. Several of them are joined by commas and are none. */
export function looksSigned(header: string | string[] | undefined): header is string {
  return typeof header === 'string' && SIGNATURE.test(header)
}

/** Twilio's forms have 20 to 60 pairs; each custom SIP header adds one. */
const MOST_PAIRS = 200

/**
 * Reads an `application/x-www-form-urlencoded` body without giving it any meaning. `too_many` when it has more than 200
 * pairs, and then decodes none of them; `broken` when it is not UTF-8 or its percent-encoding is broken: then there is
 * nothing that a signature could be checked over.
 */
export function parseForm(body: string): FormPair[] | 'too_many' | 'broken' {
  if (body === '') return []
  const parts = body.split('&', MOST_PAIRS + 1)
  if (parts.length > MOST_PAIRS) return 'too_many'
  const pairs: FormPair[] = []
  try {
    for (const part of parts) {
      const eq = part.indexOf('=')
      pairs.push(eq === -1 ? [decode(part), ''] : [decode(part.slice(0, eq)), decode(part.slice(eq + 1))])
    }
  } catch {
    return 'broken'
  }
  return pairs
}

/**
 * A form with the text that Twilio signs behind the URL: name and value of every parameter, sorted by name, nothing
 * between them. A name that comes several times gives its distinct values, sorted.
 */
export function signedForm(form: readonly FormPair[]): SignedForm {
  const params: { name: string; value: string; at: number }[] = []
  let text = ''
  for (const [name, value] of [...form].sort(byNameAndValue)) {
    const last = params.at(-1)
    const again = last?.name === name && last.value === value
    params.push({ name, value, at: again ? last.at : text.length })
    if (!again) text += name + value
  }
  return { params, text }
}

/**
 * A check for one public base URL and the auth tokens that count now (two while a token is being rotated).
 * `target` is path and query exactly as they stood in the request line, `text` that of the signed form.
 */
export function signatureCheck(
  publicBaseUrl: string,
  authTokens: readonly string[],
): (signature: string | undefined, target: string, text: string) => boolean {
  if (authTokens.length === 0 || authTokens.includes(''))
    throw new Error('No auth token is set: set TWILIO_AUTH_TOKEN.')
  const bases = signedBases(publicBaseUrl)
  const keys = authTokens.map((token) => createSecretKey(token, 'utf8'))
  return (signature, target, text) => {
    if (!looksSigned(signature) || !target.startsWith('/')) return false
    const given = Buffer.from(signature)
    const rest = target + text
    for (const base of bases) {
      for (const key of keys) {
        const expected = createHmac('sha1', key)
          .update(base + rest, 'utf8')
          .digest('base64')
        if (timingSafeEqual(given, Buffer.from(expected))) return true
      }
    }
    return false
  }
}

/**
 * The forms of the base URL that Twilio may have signed: over https it leaves the port out, but not always, so both
 * count: without a port, and with the configured (or the scheme's own) one. The same for credentials in the URL.
 */
export function signedBases(publicBaseUrl: string): string[] {
  const parts = /^(https?):\/\/([^@/?#]*@)?(\[[^\]]+\]|[^:/?#]+)(:[0-9]+)?(\/[^?#]*)?$/.exec(publicBaseUrl)
  if (parts === null)
    throw new Error('PUBLIC_BASE_URL is not a plain http(s) URL: write it like https://voice.example.com.')
  const [, scheme = '', credentials = '', host = '', port = scheme === 'https' ? ':443' : ':80', path = ''] = parts
  const forms = [credentials, ''].flatMap((c) => ['', port].map((p) => `${scheme}://${c}${host}${p}${path}`))
  return [...new Set(forms.map((form) => form.replace(/\/+$/, '')))]
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced
}

function byNameAndValue(a: FormPair, b: FormPair): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0
}
