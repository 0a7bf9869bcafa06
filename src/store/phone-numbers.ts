import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

/**
 * A telephone number as people write it (`0171 39200 05`, `0049…`, `+49 (0)171…`) in E.164 with its plus, or null when
 * it is none that could be dialled from abroad: emergency numbers, extensions and typing errors.
 *
 * Digits that begin with neither `+` nor `0` are taken as written in full with the country code, and only when that is
 * ours: spreadsheets drop a leading `+`, but also a leading `0`, and nobody can tell the second kind's country.
 */
export function toE164(written: string, countryCode: string): string | null {
  const text = written.trim().replace(/^00/, '+')
  if (!/^\+?[0-9][0-9 ()/.\-\u2010-\u2013]*$/.test(text.replace(/^\(/, ''))) return null
  const international = /^[+(0]/.test(text) ? text : `+${text}`
  if (international !== text && !text.startsWith(countryCode)) return null
  const number = parsePhoneNumberFromString(international, { defaultCallingCode: countryCode, extract: false })
  return number?.isValid() && !number.ext ? number.number : null
}

/** The digits under which a number is stored and looked up: E.164 without the plus (`auth/identifiers.ts`). */
export function digitsOf(e164: string): string {
  return e164.replace(/^\+/, '')
}
