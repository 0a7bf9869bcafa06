/** Erasure of accounts: asked for, taken back, carried out. All times are the database's. */
import { type Kysely, sql } from 'kysely'
import { unknownSubject } from '../../auth/verifier.ts'
import type { Erasures } from '../../seams/erasures.ts'
import { createEventLog } from '../events.ts'
import type { Schema } from '../schema.ts'
import { eraseAccount } from './erase.ts'
import { hindrancesOf } from './hindrances.ts'
import { holdAgainstEverything } from './hold.ts'
import { recorded } from './recorded.ts'

/** A call is kept so long where live calls are (`LIFE_MS` of `live`), and what it has of the account with it. */
const CALL_HOURS = 24

export interface ErasureRules {
  /** From when on, of an account that ended and was asked for then; null where there is no such brand. */
  dueOf(brand: string, ended: Date, requested: Date): Date | null
  /** Under which tries on numbers that nobody has are counted. */
  subjectKey: Buffer
}

type Asked = NonNullable<Awaited<ReturnType<Erasures['request']>>>

export function createErasures(db: Kysely<Schema>, { dueOf, subjectKey }: ErasureRules): Erasures {
  const erased = (ref: string, actor: string): Promise<boolean | null> =>
    db.transaction().execute(async (trx) => {
      // Another process that is at it has it.
      const account = await trx
        .selectFrom('account')
        .select(['ref', 'brand', 'customer_number', 'ends'])
        .where('ref', '=', ref)
        .forNoKeyUpdate()
        .skipLocked()
        .executeTakeFirst()
      if (!account) return null
      const asked = await trx.selectFrom('erasure').select('requested').where('ref', '=', ref).executeTakeFirst()
      if (!asked) return null
      const { brand, ends } = account
      const due = ends && dueOf(brand, ends, asked.requested)
      const { rows } = await sql<{ early: boolean; lately: boolean }>`
        SELECT ${due}::timestamptz > now() AS early, EXISTS (
          SELECT FROM event WHERE ref = ${ref} AND call_id <> '-' AND at > now() - ${CALL_HOURS} * interval '1 hour'
        ) AS lately`.execute(trx)
      if (due !== null && rows[0]?.early) {
        await trx.updateTable('erasure').set({ due }).where('ref', '=', ref).execute()
        return false
      }
      if (rows[0]?.lately) return false
      await holdAgainstEverything(trx, brand, [ref])
      if ((await hindrancesOf(trx, brand, ref)).length > 0) return false
      await eraseAccount(trx, account, (value) => unknownSubject(subjectKey, brand, value))
      await createEventLog(trx).append({
        kind: 'account',
        callId: '-',
        brand,
        ref: null,
        actor,
        facts: { act: 'erased' },
      })
      return true
    })

  return {
    request: (place, because) =>
      recorded<Asked>(db, place, because, 'erase', async (trx, { ref, ends }) => {
        const { brand } = place
        const before = await trx.selectFrom('erasure').select('due').where('ref', '=', ref).executeTakeFirst()
        if (before) return { done: { due: before.due.toISOString(), changed: false }, facts: { changed: false } }
        const hindered = await hindrancesOf(trx, brand, ref)
        if (ends === null || hindered.length > 0)
          return { done: { hindered }, facts: { changed: false, hindered: hindered.join(' ') } }
        const { rows } = await sql<{ now: Date }>`SELECT now() AS now`.execute(trx)
        const requested = rows[0]?.now ?? new Date()
        const due = dueOf(brand, ends, requested)
        if (due === null)
          throw new Error(`No brand '${brand}' is served here, so nothing says when its accounts are erased.`)
        const { actor, reason } = because
        await trx.insertInto('erasure').values({ ref, brand, requested, due, actor, reason }).execute()
        return {
          done: { due: due.toISOString(), changed: true },
          facts: { changed: true, due: due.toISOString() },
        }
      }),

    keep: (place, because) =>
      recorded(db, place, because, 'keep', async (trx, { ref }) => {
        const { numDeletedRows } = await trx.deleteFrom('erasure').where('ref', '=', ref).executeTakeFirstOrThrow()
        const changed = numDeletedRows > 0n
        return { done: changed, facts: { changed } }
      }),

    async carryOut(actor) {
      const due = await dueNow(db)
      const sum = { erased: 0, held: 0 }
      const faults: unknown[] = []
      for (const ref of due) {
        try {
          const done = await erased(ref, actor)
          if (done) sum.erased++
          else if (done === false) sum.held++
        } catch (error) {
          // One that cannot be erased keeps nobody else from it.
          faults.push(error)
        }
      }
      if (faults.length > 0) throw faults[0]
      return sum
    },
  }
}

async function dueNow(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ ref: string }>`SELECT ref FROM erasure WHERE due <= now() ORDER BY due, ref`.execute(db)
  return rows.map(({ ref }) => ref)
}
