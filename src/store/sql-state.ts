/** What Postgres says went wrong. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const UNIQUE_VIOLATION = '23505'
export const EXCLUSION_VIOLATION = '23P01'
export const SERIALIZATION_FAILURE = '40001'

/** The SQLSTATE of an error of the driver, or Node's code where the network is at fault; empty for any other. */
export function sqlStateOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}
