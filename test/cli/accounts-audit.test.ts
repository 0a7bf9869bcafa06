import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { type Kysely, sql } from 'kysely'
import { registerAudit } from '../../src/cli/accounts-audit.ts'
import { type AuditFinding, auditAccounts, auditKinds } from '../../src/store/accounts/audit.ts'
import type { Schema } from '../../src/store/schema.ts'
import { empty, importLines, line, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const PHONE = '+491713920001'
const at = (day: string) => ({ now: () => new Date(`${day}T12:00:00Z`) })
const bo = { customer_number: '10000002' }

describeStores('rufpass accounts audit', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(() => empty(db))
  afterEach(() => {
    process.exitCode = 0
  })

  async function found(day: string): Promise<Record<string, unknown>> {
    const findings = await auditAccounts(db, at(day).now(), 10)
    expect(findings.map(({ kind }) => kind)).toEqual([...auditKinds])
    const rows = ({ rows }: AuditFinding) => rows.map(({ customerNumber, what }) => `${customerNumber} ${what}`)
    return Object.fromEntries(findings.filter(({ count }) => count > 0).map((each) => [each.kind, rows(each)]))
  }
  async function printed(day: string, ...options: string[]) {
    const written: string[] = []
    const program = new Command()
    registerAudit(program, async () => ({ db, close: async () => {} }), {
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
})
