/**
 * The steps that make the database what the code expects, oldest first, the same on PGlite and on Postgres. A step that
 * has been released is never edited: a change is a new step with the next number. Imports kysely and the steps.
 */
import { type Kysely, type MigrationProvider, Migrator, sql } from 'kysely'
import { StoreUnreachable } from '../pool.ts'
import * as accounts from './001-accounts.ts'
import * as attempts from './002-attempts.ts'
import * as events from './003-events.ts'
import * as floor from './004-floor.ts'
import * as agents from './005-agents.ts'
import * as notices from './006-notices.ts'
import * as incidents from './007-incidents.ts'
import * as pinKeys from './008-pin-keys.ts'
import * as sims from './009-sims.ts'
import * as latelyOver from './010-lately-over.ts'
import * as probe from './011-probe.ts'
import * as notes from './012-notes.ts'
import * as joined from './013-joined.ts'
import * as specialHours from './014-special-hours.ts'
import * as presence from './015-presence.ts'
import * as counted from './016-counted.ts'
import * as waitEnds from './017-wait-ends.ts'
import * as contracts from './018-contracts.ts'
import * as tokens from './019-tokens.ts'
import * as ticketReports from './020-ticket-reports.ts'
import * as erasure from './021-erasure.ts'
import * as reference from './022-reference.ts'
import * as accountAudit from './023-account-audit.ts'
import * as ownerHash from './024-owner-hash.ts'
import * as weakPins from './025-weak-pins.ts'
import * as letters from './026-letters.ts'
import * as messages from './027-messages.ts'
import * as pastSecrets from './028-past-secrets.ts'
import * as forgotten from './029-forgotten.ts'
import * as portal from './030-portal.ts'
import * as callCodes from './031-call-codes.ts'
import * as isWithAgent from './032-is-with-agent.ts'
import * as lookUp from './034-look-up.ts'
import * as toldCodes from './035-told-codes.ts'
import * as deliveries from './036-deliveries.ts'
import * as firstUse from './038-first-use.ts'
import * as copiesRights from './040-copies-rights.ts'
import * as letterOrders from './041-letter-orders.ts'
import * as trustedLines from './042-trusted-lines.ts'
import * as sprays from './043-sprays.ts'
import * as signInLimits from './044-sign-in-limits.ts'
import * as retention from './046-retention.ts'
import * as chosenQueue from './048-chosen-queue.ts'
import * as whatKeepsRows from './058-what-keeps-rows.ts'

const provider: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve({
      '001-accounts': accounts,
      '002-attempts': attempts,
      '003-events': events,
      '004-floor': floor,
      '005-agents': agents,
      '006-notices': notices,
      '007-incidents': incidents,
      '008-pin-keys': pinKeys,
      '009-sims': sims,
      '010-lately-over': latelyOver,
      '011-probe': probe,
      '012-notes': notes,
      '013-joined': joined,
      '014-special-hours': specialHours,
      '015-presence': presence,
      '016-counted': counted,
      '017-wait-ends': waitEnds,
      '018-contracts': contracts,
      '019-tokens': tokens,
      '020-ticket-reports': ticketReports,
      '021-erasure': erasure,
      '022-reference': reference,
      '023-account-audit': accountAudit,
      '024-owner-hash': ownerHash,
      '025-weak-pins': weakPins,
      '026-letters': letters,
      '027-messages': messages,
      '028-past-secrets': pastSecrets,
      '029-forgotten': forgotten,
      '030-portal': portal,
      '031-call-codes': callCodes,
      '032-is-with-agent': isWithAgent,
      '034-look-up': lookUp,
      '035-told-codes': toldCodes,
      '036-deliveries': deliveries,
      '038-first-use': firstUse,
      '040-copies-rights': copiesRights,
      '041-letter-orders': letterOrders,
      '042-trusted-lines': trustedLines,
      '043-sprays': sprays,
      '044-sign-in-limits': signInLimits,
      '046-retention': retention,
      '048-chosen-queue': chosenQueue,
      '058-what-keeps-rows': whatKeepsRows,
    }),
}

/** The steps that a database has and has not, by their names. */
export interface Steps {
  done: number
  /** Still to come: the next start takes them. */
  pending: string[]
  /** Taken by a newer version, and unknown to this one. */
  later: string[]
}

/** Asks, and changes nothing: of a database without any table all steps are pending. */
export async function stepsOf<T>(db: Kysely<T>): Promise<Steps> {
  const known = Object.keys(await provider.getMigrations())
  const { rows: there } = await sql<{ is: boolean }>`SELECT to_regclass('kysely_migration') IS NOT NULL AS is`.execute(
    db,
  )
  const { rows } = there[0]?.is
    ? await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db)
    : { rows: [] }
  const done = new Set(rows.map(({ name }) => name))
  return {
    done: done.size,
    pending: known.filter((name) => !done.has(name)),
    later: [...done].filter((name) => !known.includes(name)).sort(),
  }
}

/** How kysely says that the database has a step that we do not know. */
const LATER = /previously executed migration (\S+) is missing/

/**
 * Brings the database up to date. Safe when several processes start at once: kysely holds an advisory lock and runs all
 * steps in one transaction, so a step that fails leaves nothing behind.
 * There is no way back: a store that has a step more than these was changed by a newer version.
 * @throws {StoreUnreachable} when the connection breaks, and an error that names the step when that is at fault.
 */
export async function migrate<T>(db: Kysely<T>): Promise<void> {
  const { error, results } = await new Migrator({ db, provider }).migrateToLatest()
  if (error === undefined) return
  if (error instanceof StoreUnreachable) throw error
  const [, later] = LATER.exec(error instanceof Error ? error.message : '') ?? []
  if (later !== undefined)
    throw new Error(
      `The database was changed by a newer version of Rufpass (step ${later}). Start that version, or restore the backup ` +
        'from before the upgrade.',
      { cause: error },
    )
  const failed = results?.find((result) => result.status === 'Error')
  const where = failed ? `at step ${failed.migrationName}` : 'before the first step'
  const why = error instanceof Error ? error.message : String(error)
  throw new Error(`The database could not be brought up to date (${where}): ${why}`, { cause: error })
}
