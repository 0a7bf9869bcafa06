/** What the network tells of a call for agents to read: bounded, in known shapes, and never a reason for anything. */
import type { Attestation, Carried } from '../call/call.ts'
import { numberIn } from './phone-address.ts'
import type { SignedForm } from './signature.ts'

/** More headers, and longer ones, than fit beside a call. */
const MOST_HEADERS = 5
const LONGEST_VALUE = 120

/** https://www.twilio.com/docs/voice/sip/api/sip-custom-headers */
const HEADER = /^SipHeader_X-([A-Za-z0-9][A-Za-z0-9-]{0,31})$/

/** https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir; what follows behind a dash says by which way it came. */
const VERSTAT = /^(?:TN-Validation-(Passed|Failed)-([ABC])|(No-TN-Validation))(?:-|$)/
const PASSED: Record<string, Attestation> = { A: 'full', B: 'partial', C: 'gateway' }

/** Null where there is nothing to tell. */
export function carriedIn({ params }: SignedForm): Carried | null {
  const told = (name: string): string => params.find((param) => param.name === name)?.value ?? ''
  const forwardedFrom = numberIn(told('ForwardedFrom'))
  const attestation = attestationIn(told('StirVerstat'))
  const headers = params.flatMap(({ name, value }) => {
    const [, own] = HEADER.exec(name) ?? []
    const text = oneLine(value)
    return own === undefined || text === '' ? [] : [{ name: own, value: text }]
  })
  if (forwardedFrom === null && attestation === null && headers.length === 0) return null
  return { forwardedFrom, attestation, headers: headers.slice(0, MOST_HEADERS) }
}

function attestationIn(verstat: string): Attestation | null {
  const [, outcome, grade = '', none] = VERSTAT.exec(verstat) ?? []
  if (none !== undefined) return 'unsigned'
  return outcome === undefined ? null : outcome === 'Failed' ? 'failed' : (PASSED[grade] ?? null)
}

/** Without what moves a cursor or turns a line round. */
function oneLine(value: string): string {
  const text = value.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]+/gu, ' ').trim()
  return [...text].slice(0, LONGEST_VALUE).join('')
}
