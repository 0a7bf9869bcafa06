/** Notes that earlier versions saved and showed nobody: found again for seven days, and nowhere else any more. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import pg from 'pg'
import { openDatabase } from '../../src/store/database.ts'
import { createNotes } from '../../src/store/floor/notes.ts'
import { PATIENT } from '../support/any-store.ts'
import { describePostgres } from '../support/stores.ts'

// That PGlite is brought up to date as Postgres is, `upgrade.test.ts` shows.
describePostgres('notes that nobody was shown', (postgres) => {
  it('finds those of callers without an account, and none that is too old or on a ticket already', async () => {
    const store = await postgres().createDatabase({ migrated: false })
    const client = new pg.Client({ connectionString: store })
    await client.connect()
    await client.query(readFileSync(join(import.meta.dirname, 'upgrade', '011-probe.sql'), 'utf8'))
    const now = Date.now()
    const facts = { brand: 'rheinnetz', queue: 'rheinnetz.general', talked: true }
    const rows: [id: string, days: number, more: object][] = [
      ['refused', 1, { topic: null, ref: null, note: 'Fragt nach dem Laden' }],
      ['old', 8, { topic: null, ref: null, note: 'Zu alt' }],
      ['kept', 1, { topic: 'bill', ref: 'an account', note: 'Steht am Ticket' }],
      ['silent', 1, { topic: null, ref: null, note: null }],
    ]
    for (const [id, days, more] of rows) {
      const since = new Date(now - days * 24 * 3_600_000).toISOString()
      await client.query(
        `INSERT INTO assignment (id, call_id, agent, state, version, at, facts) VALUES ($1, $1, 'anna', 'over', 1, $2, $3)`,
        [id, since, JSON.stringify({ ...facts, since, ...more })],
      )
    }
    await client.end()
    const database = await openDatabase(store, PATIENT)
    try {
      const book = createNotes(database.db)
      const found = await book.withoutAccount({ author: 'anna', brands: [] }, new Date(now))
      expect(found).toMatchObject([{ text: 'Fragt nach dem Laden', brand: 'rheinnetz', topic: null, agent: 'anna' }])
      const all = await database.db.selectFrom('note').select('text').where('ref', 'is', null).execute()
      expect(all).toEqual([{ text: 'Fragt nach dem Laden' }])
      const left = await database.db.selectFrom('assignment').select('facts').execute()
      expect(JSON.stringify(left)).not.toContain('note')
    } finally {
      await database.close()
    }
  })
})
