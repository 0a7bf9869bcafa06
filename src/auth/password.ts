/** What a password must be. Long rather than odd, as NIST SP 800-63B 3.1.1.2 advises: no classes of characters are asked for. */
export const SHORTEST = 12
/** The door reads no more than this. */
export const LONGEST_PASSWORD = 256

/** Why nobody may have this password, as a sentence; null when it is good enough. */
export function passwordProblem(password: string): string | null {
  const { length } = [...password]
  if (length < SHORTEST) return `The password must have at least ${SHORTEST} characters.`
  if (password.length > LONGEST_PASSWORD) return `The password must have at most ${LONGEST_PASSWORD} characters.`
  if (/[\p{Cc}\p{Surrogate}\u202A-\u202E\u2066-\u2069]/u.test(password))
    return 'The password must not have control characters in it.'
  return null
}
