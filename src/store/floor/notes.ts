/** Notes and drafts of agents, and the calls of an agent's day. What ends a wrap-up writes the note: `matters.ts`. */
import { type Kysely, type Selectable, sql } from 'kysely'
import {
  type Draft,
  type NameMatch,
  type Note,
  type NoteBook,
  type NoteOfCall,
  type OwnCall,
  WITHOUT_ACCOUNT_MS,
} from '../../seams/notes.ts'
import { createEventLog } from '../events.ts'
import type { Schema } from '../schema.ts'
import type { NoteTable } from '../tables/floor.ts'

/** More than anybody reads. */
const MOST = 100

export function createNotes(db: Kysely<Schema>): NoteBook {
  return {
    /** The row of the assignment is held meanwhile: a wrap-up that ends in this moment takes the draft, or is before it. */
    async keepDraft({ assignment, author, text, goesTo, closes }, at) {
      const { numAffectedRows = 0n } = await sql`
        INSERT INTO note_draft (assignment, at, text, goes_to, closes)
        SELECT id, ${at}, ${text}, ${goesTo === null ? null : JSON.stringify(goesTo)}::jsonb, ${closes} FROM assignment
        WHERE id = ${assignment} AND agent = ${author} AND state IN ('talking', 'checking', 'joined', 'wrap_up') FOR SHARE
        ON CONFLICT (assignment) DO UPDATE
        SET at = excluded.at, text = excluded.text, goes_to = excluded.goes_to, closes = excluded.closes`.execute(db)
      return numAffectedRows === 1n
    },

    async ofCall(callId) {
      const [notes, drafts, names] = await Promise.all([
        db.selectFrom('note').selectAll().where('call_id', '=', callId).orderBy('id').limit(MOST).execute(),
        db
          .selectFrom('note_draft')
          .innerJoin('assignment', 'assignment.id', 'note_draft.assignment')
          .select(['assignment', 'agent', 'note_draft.at', 'text', 'goes_to', 'closes', 'facts'])
          .where('call_id', '=', callId)
          .where('state', '<>', 'over')
          .orderBy('assignment.at')
          .execute(),
        db.selectFrom('name_match').select(['ref', 'agent', 'at', 'matches']).where('call_id', '=', callId).execute(),
      ])
      return {
        notes: notes.map((row): NoteOfCall => ({ ...noteOf(row), ref: row.ref })),
        drafts: drafts.map(
          ({ agent: author, at, goes_to: goesTo, facts: { ref }, ...row }): Draft => ({
            ...row,
            author,
            goesTo,
            ref,
            at: at.toISOString(),
          }),
        ),
        names: names.map((row): NameMatch => ({ ...row, at: row.at.toISOString() })),
      }
    },

    async confirmName({ callId, brand, ref, agent, matches }, at) {
      await db.transaction().execute(async (trx) => {
        const word = { agent, at, matches }
        await trx
          .insertInto('name_match')
          .values({ call_id: callId, ref, ...word })
          .onConflict((known) => known.columns(['call_id', 'ref']).doUpdateSet(word))
          .execute()
        await createEventLog(trx).append({ kind: 'name', callId, brand, ref, actor: agent, facts: { matches } })
      })
    },

    async withoutAccount({ author, brands }, at) {
      let query = db
        .selectFrom('note')
        .select(['at', 'brand', 'topic', 'agent', 'text'])
        .where('ref', 'is', null)
        .where('at', '>', forgottenBefore(at))
      query =
        author === null
          ? query.where('brand', '=', sql<string>`any(${[...brands]}::text[])`)
          : query.where('author', '=', author)
      const rows = await query.orderBy('id', 'desc').limit(MOST).execute()
      return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }))
    },

    async ownCalls(agent, since) {
      const talks = await db
        .selectFrom('assignment')
        .select(['call_id', 'at', 'facts'])
        .where('agent', '=', agent)
        .where('at', '>=', since)
        .where(sql<boolean>`(facts ->> 'talked')::boolean`)
        .orderBy('at', 'desc')
        .limit(MOST)
        .execute()
      if (talks.length === 0) return []
      const calls = talks.map(({ call_id }) => call_id)
      const notes = await db
        .selectFrom('note')
        .selectAll()
        .where('call_id', '=', sql<string>`any(${calls}::text[])`)
        .where('author', '=', agent)
        .orderBy('id')
        .execute()
      return talks.map(({ call_id: callId, at, facts }): OwnCall => {
        const { brand, topic, level = null, outcome = null, ref } = facts
        const own = notes.filter((note) => note.call_id === callId).map(noteOf)
        return { callId, at: at.toISOString(), brand, topic, level, outcome, ref, notes: own }
      })
    },

    async prune(at) {
      await db.deleteFrom('name_match').where('at', '<=', forgottenBefore(at)).execute()
      await db.deleteFrom('note').where('ref', 'is', null).where('at', '<=', forgottenBefore(at)).execute()
      await sql`
        DELETE FROM note_draft USING assignment
        WHERE assignment.id = note_draft.assignment AND assignment.state = 'over'`.execute(db)
      // What was said to those who got a call is of no use any more, and may name somebody.
      await sql`
        UPDATE assignment SET facts = (
          SELECT jsonb_object_agg(key, CASE
            WHEN key IN ('from', 'said', 'brought') AND jsonb_typeof(value) = 'object' THEN value || '{"note": null}'
            ELSE value END)
          FROM jsonb_each(facts))
        WHERE state = 'over' AND facts ->> 'since' <= ${forgottenBefore(at).toISOString()}
          AND COALESCE(facts -> 'from' ->> 'note', facts -> 'said' ->> 'note', facts -> 'brought' ->> 'note') IS NOT NULL`.execute(
        db,
      )
    },
  }
}

function forgottenBefore(at: Date): Date {
  return new Date(at.getTime() - WITHOUT_ACCOUNT_MS)
}

function noteOf({ at, agent, text, ref, ticket }: Selectable<NoteTable>): Note {
  const keptWith = ref === null ? 'call' : ticket === null ? 'account' : 'ticket'
  return { at: at.toISOString(), agent, text, keptWith, ticket }
}
