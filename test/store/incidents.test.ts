import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import type { IncidentBook, MarkOptions } from '../../src/seams/incidents.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createIncidents } from '../../src/store/incidents.ts'
import type { Schema } from '../../src/store/schema.ts'
import { empty, importLines, line, refOf } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 9, 2, 9, minute))
const texts = { de: 'Eine Mail mit "fremder" Nummer; \\ nicht gehackt.', en: "Another customer's number; not hacked." }
const mail = { brand: 'open', name: 'mail', day: '2026-10-01', texts }
const seen = { name: 'mail', day: '2026-10-01', texts }
const [ADA, BEA, NOBODY] = ['10000001', '10000002', '99999999']

async function* batches(...all: string[][]) {
  let line = 0
  for (const numbers of all) yield numbers.map((customerNumber) => ({ line: ++line, customerNumber }))
}

describeStores('incidents', (open) => {
  let db: Kysely<Schema>
  let incidents: IncidentBook
  beforeAll(async () => {
    db = (await open()).db
    incidents = createIncidents(db)
  })
  beforeEach(async () => {
    await empty(db)
    // A history refuses to be emptied; each test gets one of its own.
    for (const table of ['incident_account', 'incident', 'event'])
      await sql`ALTER TABLE ${sql.table(table)} DISABLE TRIGGER USER`.execute(db)
    await sql`TRUNCATE incident_account, incident, event`.execute(db)
    for (const table of ['incident_account', 'incident', 'event'])
      await sql`ALTER TABLE ${sql.table(table)} ENABLE TRIGGER USER`.execute(db)
    await importLines(db, [
      line(),
      line({ customer_number: BEA }),
      line({ brand: 'other', customer_number: ADA, name: 'Ada of another brand' }),
    ])
    expect(await incidents.open(mail, 'cli', at(0))).toBe(true)
  })

  const unknown: number[] = []
  const mark = (all: string[][], options: Partial<MarkOptions> = {}, name = 'mail') => {
    unknown.length = 0
    const onUnknown = (line: number) => void unknown.push(line)
    const whole = { actor: 'cli', at: at(1), skipUnknown: false, onUnknown, ...options }
    return incidents.mark({ brand: 'open', name }, batches(...all), whole)
  }
  const of = async (number: string, brand = 'open') => incidents.of(brand, await refOf(db, number, brand))
  const facts = async () =>
    (await createEventLog(db).read({ limit: 20 })).map(({ kind, brand, ref, actor, facts }) => {
      expect([kind, ref, actor]).toEqual(['incident', null, 'cli'])
      return { brand, ...facts }
    })

  it('are on the accounts that were marked, and on no others', async () => {
    expect(await of(ADA)).toEqual([])
    expect(await mark([[ADA]])).toEqual({ marked: 1, before: 0, unknown: 0 })
    expect([await of(ADA), await of(BEA), await of(ADA, 'other')]).toEqual([[seen], [], []])
    // Another brand's customers may come from another source, with refs of its own.
    expect(await incidents.of('other', await refOf(db, ADA))).toEqual([])
  })

  it('are shown newest first', async () => {
    const older = { ...mail, name: 'a-letter', day: '2026-09-30' }
    const newer = { ...mail, name: 'breach', day: '2026-10-02' }
    for (const each of [older, newer]) await incidents.open(each, 'cli', at(0))
    for (const name of ['a-letter', 'mail', 'breach']) await mark([[ADA]], {}, name)
    expect((await of(ADA)).map(({ name }) => name)).toEqual(['breach', 'mail', 'a-letter'])
  })

  it('can be marked again, in part and twice in one file, and nothing changes', async () => {
    await mark([[ADA]])
    expect(await mark([[ADA, BEA], [BEA]], { at: at(5) })).toEqual({ marked: 1, before: 2, unknown: 0 })
    const rows = await db.selectFrom('incident_account').select('marked').orderBy('marked').execute()
    expect(rows.map(({ marked }) => marked)).toEqual([at(1), at(5)])
  })

  it('mark nobody when a number is unknown, in whatever batch, and tell its line', async () => {
    expect(await mark([[ADA, NOBODY], [BEA, ''], [ADA]])).toEqual({ marked: 0, before: 1, unknown: 2 })
    expect(unknown).toEqual([2, 4])
    expect([await of(ADA), await of(BEA)]).toEqual([[], []])
    expect(await facts()).toHaveLength(1)
    expect(await mark([[ADA, NOBODY], [BEA]], { skipUnknown: true })).toEqual({ marked: 2, before: 0, unknown: 1 })
    expect(unknown).toEqual([2])
    expect([await of(ADA), await of(BEA)]).toEqual([[seen], [seen]])
  })

  it('mark nobody when the file breaks off', async () => {
    const broken = async function* () {
      yield* batches([ADA])
      throw new Error('the disk is gone')
    }
    const options = { actor: 'cli', at: at(1), skipUnknown: true, onUnknown: () => {} }
    await expect(incidents.mark(mail, broken(), options)).rejects.toThrow('the disk is gone')
    expect(await of(ADA)).toEqual([])
  })

  it('lose the flag when they are closed, and keep their record', async () => {
    await mark([[ADA, BEA]])
    expect(await incidents.close(mail, 'cli', at(9))).toBe(2)
    expect(await of(ADA)).toEqual([])
    expect(await incidents.list()).toEqual([
      { ...mail, opened: at(0).toISOString(), closed: at(9).toISOString(), accounts: 2 },
    ])
    // Closed is closed: neither again, nor for one more customer, nor under the same name.
    expect(await incidents.close(mail, 'cli', at(10))).toBeNull()
    expect(await mark([[ADA]])).toBeNull()
    expect(await incidents.open(mail, 'cli', at(10))).toBe(false)
    expect(await facts()).toHaveLength(3)
  })

  it('are nothing where there is none of that name', async () => {
    expect(await mark([[ADA]], {}, 'other')).toBeNull()
    expect(await incidents.close({ brand: 'other', name: 'mail' }, 'cli', at(1))).toBeNull()
    expect((await incidents.list()).map(({ brand, accounts }) => [brand, accounts])).toEqual([['open', 0]])
  })

  it('keep their marks through imports, and through the end of an account', async () => {
    await mark([[ADA]])
    await importLines(db, [line({ name: 'Ada Neumann', email: 'ada@example.org' }), line({ customer_number: BEA })])
    expect(await of(ADA)).toEqual([seen])
    const ref = await refOf(db, ADA)
    await empty(db)
    expect(await incidents.of('open', ref)).toEqual([seen])
    expect(await incidents.close(mail, 'cli', at(9))).toBe(1)
  })

  it('are events, with counts and without customers', async () => {
    await mark([[ADA, BEA]])
    await mark([[ADA, NOBODY]], { skipUnknown: true })
    await incidents.close(mail, 'cli', at(9))
    const of = { brand: 'open', name: 'mail' }
    expect(await facts()).toEqual([
      { ...of, act: 'open', day: '2026-10-01' },
      { ...of, act: 'mark', marked: 2, before: 0, unknown: 0 },
      { ...of, act: 'mark', marked: 0, before: 1, unknown: 1 },
      { ...of, act: 'close', accounts: 2 },
    ])
  })

  it('can be changed by nobody', async () => {
    await mark([[ADA]])
    for (const change of [
      `UPDATE incident SET day = '2026-01-01'`,
      `UPDATE incident SET texts = '{}'`,
      'DELETE FROM incident',
      'TRUNCATE incident CASCADE',
      `UPDATE incident_account SET ref = 'x'`,
      'DELETE FROM incident_account',
      'TRUNCATE incident_account',
    ])
      await expect(sql.raw(change).execute(db)).rejects.toThrow('only ever appended')
    expect(await of(ADA)).toEqual([seen])
  })
})
