/**
 * The names under which tries are counted. Counting a try and lifting a lock must use the same ones, so they
 * are made here. Numbers that nobody has are counted under `unknownSubject` (verifier.ts).
 */

/** Every number of a customer leads to this one subject. */
export function accountSubject(brand: string, ref: string): string {
  return `account:${brand}/${ref}`
}

/** The own counter of a SIM's credential. `subject` is the account's, or that of a number nobody has. */
export function simSubject(subject: string, sim: string | null): string {
  return `${subject}/sim/${sim}`
}
