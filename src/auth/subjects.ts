/**
 * The names under which tries are counted. Counting a try and lifting a lock must use the same ones, so they
 * are made here. Numbers that nobody has are counted under `unknownSubject` (verifier.ts).
 */
import type { CredentialKind } from './credentials.ts'

/** Begins the names of numbers that nobody has, whose rows are forgotten after a day. */
export const UNKNOWN_SUBJECT = 'unknown:'

/** Every number of a customer leads to this one subject. */
export function accountSubject(brand: string, ref: string): string {
  return `account:${brand}/${ref}`
}

/**
 * The own counter of a credential of SIMs: one for the account, however many SIMs it has (decision C). `subject` is the account's, or
 * that of a number nobody has.
 */
export function simsSubject(subject: string, credential: CredentialKind): string {
  return `${subject}/${credential}`
}
