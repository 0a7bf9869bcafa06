/**
 * Whether Twilio sent a request: X-Twilio-Signature over the *configured* public URL, the raw path and query, and the
 * form. Host and X-Forwarded-* headers are never read (security.md section 3). Imports node:crypto only.
 *
 * The algorithm: https://www.twilio.com/docs/usage/webhooks/webhooks-security. Own code, not the library's
 * `validateRequest`, which on a mismatch also tries URLs re-encoded by `new URL()`, and takes one token only.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** One name and value of a form, decoded, in the order of the body. A list: names that come twice must stay visible. */
export type FormPair = readonly [name: string, value: string]

/** HMAC-SHA1 in Base64 is always 28 characters. */
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/

/**
 * Reads an `application/x-www-form-urlencoded` body without giving it any meaning.
 * Null when it is not UTF-8 or its percent-encoding is broken: then there is nothing a signature could be checked over.
 */
export function parseForm(body: string): FormPair[] | null {
  if (body === '') return []
  const pairs: FormPair[] = []
  try {
    for (const part of body.split('&')) {
      const eq = part.indexOf('=')
      pairs.push(eq === -1 ? [decode(part), ''] : [decode(part.slice(0, eq)), decode(part.slice(eq + 1))])
    }
  } catch {
    return null
  }
  return pairs
}

/**
 * The text that Twilio signs behind the URL: name and value of every parameter, sorted by name, nothing between them. A
 * name that comes several times gives its distinct values, sorted.
 */
export function signedText(form: readonly FormPair[]): string {
  const sorted = [...form].sort(byNameAndValue)
  let text = ''
  let last: FormPair | null = null
  for (const pair of sorted) {
    if (last === null || last[0] !== pair[0] || last[1] !== pair[1]) text += pair[0] + pair[1]
    last = pair
  }
  return text
}

/**
 * A check for one public base URL and the auth tokens that count now (two while a token is being rotated).
 * `target` is path and query exactly as they stood in the request line, `text` what `signedText` makes of the form.
 */
export function signatureCheck(
  publicBaseUrl: string,
  authTokens: readonly string[],
): (signature: string | undefined, target: string, text: string) => boolean {
  if (authTokens.length === 0 || authTokens.includes(''))
    throw new Error('No auth token is set: set TWILIO_AUTH_TOKEN.')
  const bases = signedBases(publicBaseUrl)
  return (signature, target, text) => {
    if (signature === undefined || !SIGNATURE.test(signature) || !target.startsWith('/')) return false
    const given = Buffer.from(signature)
    const rest = target + text
    for (const base of bases) {
      for (const token of authTokens) {
        const expected = createHmac('sha1', token)
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
