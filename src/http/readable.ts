import type { RequestHandler } from 'express'
import { notKeptIn } from '../flow/free-text.ts'
import { refuse } from './problem.ts'

/** Longer than any name, number or reference of ours, letters. */
const LONGEST_PART = 512

/**
 * Refuses an address with something in it that no name or number of ours has, before any door looks at it: what cannot be decoded in
 * one way, control characters, what turns the direction of text, and what is longer than anything here. So none of it reaches a store,
 * which would fail over it, or a log.
 */
export const readableOnly: RequestHandler = ({ originalUrl }, response, next) => {
  const fault = faultOf(originalUrl)
  if (fault === null) return next()
  const detail = `The address cannot be understood: ${fault}.`
  // Problems of the API for other systems have no code.
  if (originalUrl.startsWith('/api/')) refuse(response, 400, 'Not understood', detail)
  else refuse(response, 400, 'Not understood', detail, 'not_understood')
}

function faultOf(address: string): string | null {
  const [path = '', ...query] = address.split('?')
  const parts = [...path.split('/'), ...query.join('?').replaceAll('+', ' ').split(/[&=]/)]
  for (const part of parts) {
    let text: string
    try {
      // Strict: https://tc39.es/ecma262/#sec-decode takes no overlong forms and no surrogates.
      text = decodeURIComponent(part)
    } catch {
      return 'a part of it is no UTF-8'
    }
    const fault = notKeptIn(text) ?? (/[\n\t]/.test(text) ? 'a part of it has more than one line' : null)
    if (fault !== null) return fault
    if (text === '__proto__') return 'a part of it is no name that there could be'
    if (text.length > LONGEST_PART) return `a part of it has more than ${LONGEST_PART} letters`
  }
  return null
}
