/**
 * Call codes: the one entry that stands for number and PIN. Customers who are logged in elsewhere get one, and key it within minutes, once
 * (docs/security.md#call-codes). PURE: what is random is drawn in `store/call-codes.ts`.
 */
import { isMod11_10 } from './identifiers.ts'

/**
 * No other entry is so long: telephone numbers end at 15 digits (E.164), SIM numbers begin at 18 (E.118), and a brand whose other numbers
 * may have as many is refused. So the length of an entry tells a code, before anything is looked up.
 */
export const CALL_CODE_DIGITS = 16
/** So long it can be keyed, ms. */
export const CALL_CODE_TTL_MS = 5 * 60_000

/**
 * So many codes an agent may have typed that were worth nothing, within so long (ms); then callers must key theirs. No guess comes near one:
 * it is for those who try out what was stolen.
 */
export const WORTHLESS_OF_AN_AGENT = 20
export const WORTHLESS_WINDOW_MS = 24 * 3_600_000

/** Whether it has the form of a code. The rule of its last digit is public: a slip of a key is told, and costs no try. */
export function isCallCode(digits: string): boolean {
  return digits.length === CALL_CODE_DIGITS && /^[0-9]+$/.test(digits) && isMod11_10(digits)
}

/** @param body all digits but the last. */
export function callCodeOf(body: string): string {
  const code = [...'0123456789'].map((last) => body + last).find(isCallCode)
  if (code === undefined) throw new RangeError(`a call code has ${CALL_CODE_DIGITS - 1} digits before its check digit`)
  return code
}
