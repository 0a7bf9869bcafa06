/**
 * The telephone number in an address of Twilio's `From` and `To`: `+49221…`, `0221 47…`, `49221…`, or the user part of a
 * SIP URI. Pure; it says how the number is written and nothing about whose it is.
 */

/** Withheld numbers that carriers send as digits: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE on a keypad. */
const WITHHELD = new Set(['266696687', '7378742833', '2562533', '8656696', '86282452253'])

/** RFC 3261 19.1.1: the user, its parameters before the at-sign (a telephone-subscriber has some), then the host. */
const SIP_USER = /^sips?:([^@;:?]*)(?:;[^@]*)?@/i
/** As people and RFC 3966 write numbers, but not as IP addresses are written. */
const WRITTEN = /^(?![0-9]+(?:\.[0-9]+){3}$)[+(0-9][0-9 ()./-]*$/
/** E.164, or digits without the plus: national, in full, or in full behind 00. */
const NUMBER = /^(?:\+[1-9][0-9]{4,14}|[0-9]{5,17})$/

/**
 * `+` and digits where the network itself gives E.164; else digits as somebody wrote them: national, in full, or in full
 * behind 00, as which the plus of a SIP address comes, because anybody may write it. Null for words, withheld numbers,
 * `client:` addresses, and SIP addresses whose user is no number.
 */
export function numberIn(address: string): string | null {
  const isSip = /^sips?:/i.test(address)
  const written = isSip ? userOf(address) : address
  if (written === null || !WRITTEN.test(written)) return null
  const number = written.replace(/[ ()./-]/g, '')
  if (!NUMBER.test(number) || WITHHELD.has(number.replace(/^(\+|00)/, ''))) return null
  return isSip ? number.replace('+', '00') : number
}

function userOf(address: string): string | null {
  const user = SIP_USER.exec(address)?.[1] ?? null
  try {
    return user && decodeURIComponent(user)
  } catch {
    return null
  }
}
