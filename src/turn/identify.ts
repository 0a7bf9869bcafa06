/** Where a number leads, for every door: the account that is claimed with it, or the subject under which tries on it are counted. */
import { REST_HOURS } from '../auth/credentials.ts'
import { canonicalEntry, type IdentifierKind } from '../auth/identifiers.ts'
import { accountSubject } from '../auth/subjects.ts'
import { unknownSubject } from '../auth/verifier.ts'
import type { Claim } from '../call/call.ts'
import { covers } from '../call/covers.ts'
import type { Brand } from '../flow/brand.ts'
import { topicsLeft } from '../flow/tail.ts'
import type { AccountSource, Found } from '../seams/account-source.ts'
import type { Attempts } from '../seams/attempts.ts'
import type { Clock } from '../seams/clock.ts'

export interface Identifying {
  source: AccountSource
  attempts: Attempts
  /** Key of the subjects under which tries on unknown numbers are counted. */
  subjectKey: Buffer
  clock: Clock
}

/** `entry`: digits as they were keyed, or those of the calling number in full. `topic`: null where none was chosen. */
export interface Identification {
  brand: Brand
  by: Claim['by']
  entry: string
  kinds: readonly IdentifierKind[]
  topic: string | null
}

/** Null: it could not be looked up, and nothing may be made of that. */
export async function claimOf(
  { source, attempts, subjectKey, clock }: Identifying,
  { brand, by, entry, kinds, topic }: Identification,
): Promise<Claim | null> {
  const value = by === 'own_line' ? entry : canonicalEntry(entry, brand.country_code)
  const now = clock.now()
  const looked = await source.find({ brand: brand.name, value, kinds }, now)
  if (looked.kind === 'unavailable') return null
  const found = looked.kind === 'found' ? looked.account : null
  const topics = (found && topicsLeft(brand, found.ended, now)) ?? undefined
  const isFresh = found !== null && by === 'own_line' && rests(lineSince(found), now)
  // As if nobody had the number: neither is told.
  const account = isFresh || !covers({ topics }, topic) ? null : found
  const nobody = unknownSubject(subjectKey, brand.name, value)
  const subject = account === null ? nobody : accountSubject(brand.name, account.ref)
  const { consecutive } = await attempts.lockState(subject)
  return {
    subject,
    ref: account?.ref ?? null,
    ...(account !== null && { keyed: nobody }),
    sims: account ? simsOf(account, now) : [],
    ...(account !== null && topics !== undefined && { topics }),
    by,
    failuresBefore: consecutive,
    ticket: account?.ticket ?? null,
    ticketTopic: account?.ticketTopic ?? null,
  }
}

/** Whether something that is the account's since then (null: since ever) is too new to prove anything (decision C). */
function rests(since: string | null, now: Date): boolean {
  return since !== null && now.getTime() < Date.parse(since) + REST_HOURS * 3_600_000
}

/** The later of since when the number is the account's, and since when its SIM is: any of the account's, where it is not known which it has. */
function lineSince({ numberSince, keyedSim, sims }: Found): string | null {
  const cards = sims.filter(({ id }) => keyedSim === null || id === keyedSim)
  const [later] = [numberSince, ...cards.map(({ since }) => since)]
    .flatMap((since) => since ?? [])
    .sort((one, other) => Date.parse(other) - Date.parse(one))
  return later ?? null
}

/** The SIMs whose credentials count: the one keyed, that of the number keyed, else all; none of those that rest after a change. */
function simsOf(account: Found, now: Date): string[] {
  if (rests(account.numberSince, now)) return []
  const meant = account.keyedSim === null ? account.sims : account.sims.filter(({ id }) => id === account.keyedSim)
  return meant.filter(({ since }) => !rests(since, now)).map(({ id }) => id)
}
