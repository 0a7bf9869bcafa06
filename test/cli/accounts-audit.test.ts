import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { type Kysely, sql } from 'kysely'
import { registerAudit } from '../../src/cli/accounts-audit.ts'
import { type AccountAudit, type AuditFinding, auditKinds } from '../../src/seams/account-audit.ts'
import { auditDaily } from '../../src/server/daily-audit.ts'
import { createAccountAudit } from '../../src/store/account-audit.ts'
import type { Schema } from '../../src/store/schema.ts'
import { empty, importLines, line, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const PHONE = '+491713920001'
const at = (day: string) => ({ now: () => new Date(`${day}T12:00:00Z`) })
const bo = { customer_number: '10000002' }

describeStores('rufpass accounts audit', (open) => {
  let db: Kysely<Schema>
  let audit: AccountAudit
  beforeAll(async () => {
    db = (await open()).db
    audit = createAccountAudit(db)
  })
  beforeEach(() => empty(db))
  afterEach(() => {
    process.exitCode = 0
  })

  async function found(day: string): Promise<Record<string, unknown>> {
    const findings = await audit.find(at(day).now(), 10)
    expect(findings.map(({ kind }) => kind)).toEqual([...auditKinds])
    const rows = ({ rows }: AuditFinding) => rows.map(({ customerNumber, what }) => `${customerNumber} ${what}`)
    return Object.fromEntries(findings.filter(({ count }) => count > 0).map((each) => [each.kind, rows(each)]))
  }
  async function printed(day: string, ...options: string[]) {
    const written: string[] = []
    const program = new Command()
    registerAudit(program, async () => ({ audit, close: async () => {} }), {
      out: { write: (text: string) => written.push(text) },
      now: at(day).now,
    })
    await program.parseAsync(['accounts', 'audit', ...options], { from: 'user' })
    return { out: written.join(''), code: process.exitCode }
  }

  it('finds nothing of customers as they should be', async () => {
    await importLines(db, [line({ contract_numbers: '2000000001', phone_numbers: PHONE, email: 'a@b.example' })])
    expect(await found('2026-06-01')).toEqual({})
  })

  it('finds what outlived its contract, and ends with 2', async () => {
    await importLines(db, [line({ contract_numbers: '2000000001', phone_numbers: PHONE, email: 'a@b.example' })])
    await sql`UPDATE contract SET ends = '2026-05-01'`.execute(db)
    expect(await found('2026-06-01')).toEqual({})
    await sql`UPDATE identifier SET contract = (SELECT id FROM contract) WHERE kind = 'phone_number'`.execute(db)
    await sql`UPDATE contact SET contract = (SELECT id FROM contract)`.execute(db)
    expect(await found('2026-06-01')).toEqual({ ended: ['10000001 email', '10000001 phone_number'] })
    expect(await found('2026-04-30')).toEqual({})
    expect(await printed('2026-06-01', '--most', '1')).toEqual({
      out: expect.stringMatching(
        /^2 numbers and contacts of .*\n {2}open 10000001 email since 2026-05-01T.*\n {2}… and 1 more\n/,
      ),
      code: 2,
    })
  })

  it('finds numbers that changed hands, which rest for three days', async () => {
    await importLines(db, [line({ phone_numbers: PHONE }), line(bo)], at('2026-01-01'))
    await importLines(db, [line(), line({ ...bo, phone_numbers: PHONE })], at('2026-05-31'))
    const changed_hands = ['10000002 phone_number']
    expect(await found('2026-06-01')).toEqual({ changed_hands, rest: changed_hands })
    expect(await found('2026-06-04')).toEqual({ changed_hands })
  })

  it('finds numbers of two customers', async () => {
    await importLines(db, [line({ phone_numbers: PHONE }), line({ ...bo, phone_numbers: PHONE })])
    expect(await found('2026-12-01')).toEqual({ disputed: ['10000001 phone_number', '10000002 phone_number'] })
  })

  it('finds PUKs that have no salt in common, until the customer was imported again', async () => {
    const two = line({ sim_numbers: `${SIM_A}|${SIM_B}`, puks: '11112222|33334444' })
    await importLines(db, [two], at('2026-01-01'))
    expect(await found('2026-06-01')).toEqual({})
    await sql`UPDATE verifier SET stored = jsonb_set(stored, '{salt}', to_jsonb(sim))`.execute(db)
    expect(await found('2026-06-01')).toEqual({ puks_apart: ['10000001 puk'] })
    expect(await importLines(db, [two], at('2026-06-01'))).toMatchObject({ changed: 1 })
    expect(await found('2026-06-01')).toEqual({})
  })

  it('prints for programs, and names nobody', async () => {
    await importLines(db, [line({ phone_numbers: PHONE }), line({ ...bo, phone_numbers: PHONE })])
    const { out, code } = await printed('2026-12-01', '--json')
    expect(code).not.toBe(2)
    const disputed = (JSON.parse(out) as AuditFinding[]).find(({ kind }) => kind === 'disputed')
    expect(disputed).toMatchObject({ count: 2, rows: [{ brand: 'open', customerNumber: '10000001' }, {}] })
    expect(out).not.toMatch(/Ada|3920001/)
  })

  describe('once a day', () => {
    beforeEach(() => sql`TRUNCATE account_audit`.execute(db))

    /** The log of a server that has its turn. */
    async function turn(day: string): Promise<unknown[]> {
      const lines: unknown[] = []
      const line = (fields: object, message: string) => void lines.push([fields, message])
      await auditDaily({
        accountAudit: audit,
        clock: { ...at(day), wait: async () => {} },
        log: { info: line, warn: line, error: line },
      })
      return lines
    }

    it('is done by one of all servers, which tells its log what it counted', async () => {
      await importLines(db, [line({ phone_numbers: PHONE }), line({ ...bo, phone_numbers: PHONE })])
      const lines = (await Promise.all([turn('2026-12-01'), turn('2026-12-01'), turn('2026-12-01')])).flat()
      expect(lines).toEqual([[{ count: 2, ms: expect.any(Number) }, expect.stringContaining('accounts checked')]])
      expect(await turn('2026-12-01')).toEqual([])
      expect((await audit.last())?.counts).toEqual([{ brand: 'open', kind: 'disputed', count: 2 }])
      await sql`UPDATE account_audit SET day = day - 1`.execute(db)
      expect(await turn('2026-12-02')).toHaveLength(1)
    })

    it('is done by another where one was lost on the way, and what that one still brings counts no more', async () => {
      await sql`INSERT INTO account_audit (day, began) VALUES ((now() AT TIME ZONE 'UTC')::date, now())`.execute(db)
      expect(await audit.daily(new Date())).toBeNull()
      expect(await audit.last()).toBeNull()
      await sql`UPDATE account_audit SET began = began - interval '1 hour'`.execute(db)
      expect(await audit.daily(new Date())).toMatchObject({ counts: [] })
    })

    it('warns of what must not be, and is printed with its time; none yet is said, too', async () => {
      expect(await printed('2026-06-01', '--last')).toEqual({ out: expect.stringContaining('No server'), code: 0 })
      await importLines(db, [line({ contract_numbers: '2000000001', email: 'a@b.example' })])
      await sql`UPDATE contract SET ends = '2026-05-01'`.execute(db)
      await sql`UPDATE contact SET contract = (SELECT id FROM contract)`.execute(db)
      expect(await turn('2026-06-01')).toContainEqual([{ brand: 'open', count: 1 }, expect.any(String)])
      expect(await printed('2026-06-01', '--last')).toEqual({
        out: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*, in \d\.\d s:\n {2}open: 1 numbers and contacts of contracts/),
        code: 2,
      })
      const { out } = await printed('2026-06-01', '--last', '--json')
      expect(JSON.parse(out)).toEqual(await audit.last())
    })
  })
})
