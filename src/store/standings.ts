/** Whether what was proved of accounts still holds, in one statement for all that are asked about. */
import type { Kysely } from 'kysely'
import type { Method } from '../auth/assurance.ts'
import { credentials, REST_HOURS } from '../auth/credentials.ts'
import type { Standing, Standings } from '../seams/standings.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

interface Row {
  locked: boolean
  cleared: boolean
  swapped: boolean
  disputed: boolean
  ended: Date | null
}

/**
 * `$1`: the proofs as JSON, `$2`: as of when, `$3`: hours of rest. All of the SIMs of a PUK must run and rest no more, for which of them it
 * was is not kept. A call code is worth nothing any more itself, so it falls with what is cleared after it. A PUK that its customer switches off proves no more what it proved before. And no number of the account may have come into dispute since the proof, for which one was keyed is not kept either.
 */
const standings = statement<Row>(
  'standings',
  `select
     exists (select from pin_state s where s.subject = p.subject and s.operator_locked is not null) as locked,
     case when p.method = 'call_code' then exists (
       select from verifier v where v.brand = p.brand and v.ref = p.ref and v.cleared > p.at
     ) else not exists (
       select from verifier v
       where v.brand = p.brand and v.ref = p.ref and v.credential = p.method and v.cleared is null
     ) or exists (
       select from verifier v join jsonb_array_elements_text(p.sims) as sim (id) on sim.id = v.sim
       where v.brand = p.brand and v.ref = p.ref and v.credential = p.method and v.switched_off > p.at
     ) end as cleared,
     exists (
       select from jsonb_array_elements_text(p.sims) as sim (id) where not exists (
         select from identifier i
         where i.ref = p.ref and i.kind = 'sim_number' and i.sim_id = sim.id and i.disputed is null
           and (i.valid_from is null or i.valid_from <= $2::timestamptz - $3::integer * interval '1 hour')
           and (i.valid_to is null or i.valid_to > $2::timestamptz)
       )
     ) as swapped,
     exists (select from identifier i where i.ref = p.ref and i.disputed > p.at) as disputed,
     (select a.ends from account a where a.ref = p.ref and a.ends <= $2::timestamptz) as ended
   from jsonb_to_recordset($1::jsonb)
     as p (place integer, brand text, ref text, subject text, method text, sims jsonb, at timestamptz)
   order by p.place`,
  'repeatable',
)

export function createStandings(db: Kysely<Schema>): Standings {
  return {
    async of(proofs, asOf) {
      if (proofs.length === 0) return []
      const asked = proofs.map(({ sims, ...proof }, place) => {
        return { place, ...proof, sims: isOfSims(proof.method) ? sims : [] }
      })
      return (await standings(db, [JSON.stringify(asked), asOf, REST_HOURS])).map(standingOf)
    },
  }
}

function isOfSims(method: Method): boolean {
  return method !== 'call_code' && credentials[method].subject === 'sim'
}

function standingOf({ locked, cleared, swapped, disputed, ended }: Row): Standing {
  const lost = locked ? 'locked' : cleared ? 'cleared' : swapped ? 'swapped' : disputed ? 'disputed' : null
  return { lost, ended: ended?.toISOString() ?? null }
}
