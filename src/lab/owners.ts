/** The owners of accounts under attack: from where they call, and which of their calls come to a person without a proof. */
import { isOpen, type LockPolicy, type Origin } from '../auth/lockout.ts'
import type { Account } from './account.ts'
import { ON_FILE, type Row } from './attacker.ts'
import { shareRow } from './shares.ts'

/** Whose calls a lock keeps out: shares by reckoning, or how many of those that were played. */
export interface KeptOut {
  /** From the line that is on file. */
  onFile: number
  /** From any other. */
  elsewhere: number
}

/** As what an owner counts who calls from the line on file. */
export function originOnFile({ strangers, hardLockAfter }: LockPolicy): Origin {
  return strangers.inARow < hardLockAfter ? 'trusted' : 'stranger'
}

/** Owners call once each, and are looked at when the attacker has come so far. `null`: not yet. */
export interface Owned extends Account {
  calls: number
  isKeptOut: { onFile: boolean; elsewhere: boolean } | null
}

/** The owner's call, if its moment has come. It ends no lock. */
export function lookAt(owned: Owned, policy: LockPolicy, now: number): void {
  if (owned.isKeptOut !== null || owned.calls > now) return
  const isShut = (origin: Origin): boolean => !isOpen(owned.lock, policy, origin, owned.calls)
  owned.isKeptOut = { onFile: isShut(originOnFile(policy)), elsewhere: isShut('stranger') }
}

export function keptOutOf(all: readonly Owned[]): KeptOut {
  return {
    onFile: all.filter(({ isKeptOut }) => isKeptOut?.onFile).length,
    elsewhere: all.filter(({ isKeptOut }) => isKeptOut?.elsewhere).length,
  }
}

/** Where strangers are locked out for so long: on file nobody is, where that line is known. */
export function closedOf(policy: LockPolicy, elsewhere: number): KeptOut {
  return { onFile: originOnFile(policy) === 'trusted' ? 0 : elsewhere, elsewhere }
}

/** @param scale the share of all owners that those who were played stand for. */
export function ownersRows(how: string, closed: KeptOut, hits: KeptOut, played: number, scale = 1): Row[] {
  const onFile = shareRow(how, 'owners on file kept out', closed.onFile, hits.onFile, played, scale)
  const elsewhere = shareRow(how, 'owners elsewhere kept out', closed.elsewhere, hits.elsewhere, played, scale)
  const mixed = (of: (row: Row) => number): number => ON_FILE * of(onFile) + (1 - ON_FILE) * of(elsewhere)
  const all: Row = {
    how,
    figure: 'callers sent to a person',
    closed: mixed((row) => row.closed),
    simulated: mixed((row) => row.simulated),
    error: mixed((row) => row.error),
  }
  return [onFile, elsewhere, all]
}
