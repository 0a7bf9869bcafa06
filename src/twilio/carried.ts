/**
 * What the network tells of a call for agents to read: bounded, in known shapes, and never a reason for anything. What callers
 * key can get into it on the way to us, so it has no digits but those of a telephone number. A field that can be read in two
 * ways (`one-reading.ts`) is left out, and turns nobody away.
 */
import type { Attestation, Carried } from '../call/call.ts'
import { type GuardedField, readOnce, windowOf } from './one-reading.ts'
import { numberIn } from './phone-address.ts'
import type { SignedForm } from './signature.ts'

/** More headers, and longer ones, than fit beside a call. */
const MOST_HEADERS = 5
const LONGEST_VALUE = 120

/** https://www.twilio.com/docs/voice/sip/api/sip-custom-headers */
const PREFIX = 'SipHeader_X-'
const NAME = /^[A-Za-z][A-Za-z-]{0,31}$/
/** Where Twilio's next name can begin behind a header. */
const NEXT = /SipHeader_|Sip[A-Z]|Stir[A-Z]/g

/** https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir; what follows behind a dash says by which way it came. */
const VERSTAT = /^(?:TN-Validation-(Passed|Failed)-([ABC])|(No-TN-Validation))(?:-|$)/
const PASSED: Record<string, Attestation> = { A: 'full', B: 'partial', C: 'gateway' }

/** E.164, national, or in full behind 00. Fewer digits, or others at the front, could have been keyed as a PIN or a number. */
const FORWARDED = /^[+0][0-9]{7,16}$/

const FIELDS = {
  ForwardedFrom: { shortest: /(?:[sS][iI][pP][sS]?:[^@]{0,128}@)?[^F]*/y, means: forwardedFromIn },
  StirVerstat: { shortest: /TN-Validation-(?:Passed|Failed)-[ABC]|No-TN-Validation/y, means: attestationIn },
} as const satisfies Record<string, GuardedField>

/**
 * Null where there is nothing to tell.
 *
 * @param always names that are in every form of this kind, sorted, `To` among them, which the caller of this is sure of.
 */
export function carriedIn(form: SignedForm, always: readonly string[]): Carried | null {
  const read = readOnce(form, FIELDS, ['ForwardedFrom', 'StirVerstat'], always)
  const forwardedFrom = forwardedFromIn(read.get('ForwardedFrom') ?? '')
  const attestation = attestationIn(read.get('StirVerstat') ?? '')
  const headers = headersIn(form, always)
  if (forwardedFrom === null && attestation === null && headers.length === 0) return null
  return { forwardedFrom, attestation, headers }
}

/**
 * Each header by name and value. Where it begins and ends in the text must be certain. Where its own name ends no rule can
 * tell, for both are the trunk's: nothing goes by it.
 */
function headersIn({ text, params }: SignedForm, always: readonly string[]): Carried['headers'] {
  const [from] = windowOf(text, PREFIX, always)
  const to = params.find(({ name }) => name === 'To')?.at ?? 0
  return params
    .filter(({ name, value, at }, n) => {
      if (at === params[n - 1]?.at) return false
      if (!name.startsWith(PREFIX) || at < from || at + name.length > to) return false
      NEXT.lastIndex = at + PREFIX.length
      return at + name.length + value.length === Math.min(NEXT.exec(text)?.index ?? to, to)
    })
    .map(({ name, value }) => ({ name: name.slice(PREFIX.length), value: shown(value) }))
    .filter(({ name, value }) => NAME.test(name) && value !== '')
    .slice(0, MOST_HEADERS)
}

function forwardedFromIn(address: string): string | null {
  const number = numberIn(address)
  return number !== null && FORWARDED.test(number) ? number : null
}

function attestationIn(verstat: string): Attestation | null {
  const [, outcome, grade = '', none] = VERSTAT.exec(verstat) ?? []
  if (none !== undefined) return 'unsigned'
  return outcome === undefined ? null : outcome === 'Failed' ? 'failed' : (PASSED[grade] ?? null)
}

/** Without digits, not even how many there were, and without what moves a cursor or turns a line round. */
function shown(value: string): string {
  const text = value
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]+/gu, ' ')
    .replace(/\p{N}(?:[^\p{L}]*\p{N})*/gu, '…')
    .trim()
  return /\p{L}/u.test(text) ? [...text].slice(0, LONGEST_VALUE).join('') : ''
}
