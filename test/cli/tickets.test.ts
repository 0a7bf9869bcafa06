/** `rufpass tickets import`, on both stores: a line is taken as a whole or not at all, and a file is taken once. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { Command } from 'commander'
import type { Kysely } from 'kysely'
import { registerTickets, TicketError } from '../../src/cli/tickets.ts'
import { errorsForPeople } from '../../src/log/failure.ts'
import { createReports } from '../../src/store/floor/reports.ts'
import type { Schema } from '../../src/store/schema.ts'
import { takeReport } from '../../src/turn/reports.ts'
import { shipped } from '../flow/shipped.ts'
import { empty, importLines, line } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const NOW = new Date('2026-11-29T12:00:00Z')
const HEADER = 'brand;customer_number;topic;reported_at;channel;id;number;text'

const file = (...lines: string[]): string => {
  const name = join(mkdtempSync(join(tmpdir(), 'rufpass-reports-')), 'reports.csv')
  writeFileSync(name, lines.join('\r\n'))
  return name
}

describeStores('rufpass tickets import', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(async () => {
    await empty(db)
    await importLines(db, [line({ customer_number: '10000001' }), line({ customer_number: '10000002' })])
    // The customers of the test are of a brand that is shipped.
    await db.deleteFrom('identifier').execute()
    await db.updateTable('account').set({ brand: 'rheinnetz' }).execute()
  })
  afterEach(() => {
    process.exitCode = 0
  })

  async function run(...args: string[]) {
    let [out, err, closed] = ['', '', 0]
    const parts = { reports: createReports(db), hotlines: [...shipped.values()] }
    const program = new Command('rufpass').exitOverride().configureOutput({ writeErr: () => {} })
    const tools = {
      take: async (sent: readonly object[]) => {
        const results = []
        for (const each of sent) results.push(await takeReport(parts, { sent: each, actor: 'cli', now: NOW }))
        return results
      },
      close: async () => void closed++,
    }
    registerTickets(program, async () => tools, {
      out: { write: (text) => (out += text) },
      err: { write: (text) => (err += text) },
      now: () => NOW,
    })
    process.exitCode = 0
    const failure = await program.parseAsync(['tickets', 'import', ...args], { from: 'user' }).then(
      () => null,
      (error: Error) => error,
    )
    return { out, err, closed, failure, code: process.exitCode as number }
  }
  const kept = async () =>
    (await db.selectFrom('ticket_report').select(['channel', 'text', 'external_id']).orderBy('id').execute()).length

  it('opens a ticket a matter, joins what is of the same, and does a file that comes again once', async () => {
    const name = file(
      HEADER,
      'rheinnetz;10000001;bill;2026-11-20T10:00:00Z;mail;;;"Rechnung; zu hoch"',
      'rheinnetz;10000001;bill;2026-11-18T10:00:00+01:00;letter;L-1;;',
      'rheinnetz;10000002;bill;2026-11-21T10:00:00Z;shop;;7000000019;',
      '',
      'rheinnetz;10000001;outage;2026-11-21T10:00:00Z;form;;;',
    )
    expect(await run(name)).toMatchObject({
      code: 0,
      failure: null,
      closed: 1,
      err: '',
      out: '4 lines: 3 opened, 1 joined, 0 before, 0 bad.\n',
    })
    const tickets = await db
      .selectFrom('ticket')
      .select(['number', 'topic', 'reported_at'])
      .orderBy('reported_at')
      .execute()
    expect(tickets.map(({ topic, reported_at }) => [topic, reported_at.toISOString()])).toEqual([
      ['bill', '2026-11-18T09:00:00.000Z'],
      ['bill', '2026-11-21T10:00:00.000Z'],
      ['outage', '2026-11-21T10:00:00.000Z'],
    ])
    expect(tickets.map(({ number }) => number)).toContain('7000000019')
    expect((await run(name)).out).toBe('4 lines: 0 opened, 0 joined, 4 before, 0 bad.\n')
    expect(await kept()).toBe(4)
  })

  it('says what became of each line, for programs', async () => {
    const { out } = await run(file(HEADER, 'rheinnetz;10000001;bill;2026-11-20T10:00:00Z;mail;;;'), '--json')
    expect(JSON.parse(out)).toMatchObject({
      line: 2,
      brand: 'rheinnetz',
      attached: false,
      sentences: { de: expect.stringMatching(/^Ihr Ticket hat die Nummer/) },
    })
  })

  it('takes the good lines and names the others, without a word of what is in them', async () => {
    const { out, err, code } = await run(
      file(
        HEADER,
        'rheinnetz;99999999;bill;2026-11-20T10:00:00Z;mail;;;',
        'rheinnetz;10000001;bill;yesterday;mail;;;',
        'rheinnetz;10000001;bill;2026-11-20T10:00:00Z;mail;;;"not closed',
        'rheinnetz;10000001;bill;2026-11-20T10:00:00Z;mail',
        'rheinnetz;10000001;bill;2026-11-20T10:00:00Z;;;;',
        'rheinnetz;10000001;bill;2026-11-20T10:00:00Z;mail;;;Fine',
      ),
    )
    expect([code, out]).toEqual([2, '6 lines: 1 opened, 0 joined, 0 before, 5 bad.\n'])
    expect(err.trimEnd().split('\n')).toEqual([
      'line 4: a quotation mark is not closed, or stands inside a field',
      'line 5: the line has 5 fields, the header has 8',
      expect.stringMatching(/^line 2: customer_number: 'rheinnetz' has no customer with this number; correct it/),
      expect.stringMatching(/^line 3: reported_at: a moment is written as/),
      expect.stringMatching(/^line 6: channel: /),
    ])
    expect(err).not.toMatch(/99999999|yesterday/)
    expect(await kept()).toBe(1)
  })

  it.each([
    ['a column too few', ['brand;topic'], /has no column customer_number, reported_at, channel\. There are/],
    ['a column that there is not', [`${HEADER};4826`], /unknown column at place 9/],
    ['a column twice', [`${HEADER};text`], /names text twice/],
    ['nothing', [], /The file is empty/],
  ])('reads no file with %s', async (_, lines, says) => {
    const { failure, closed } = await run(file(...lines))
    expect([failure?.message, closed]).toEqual([expect.stringMatching(says), 1])
    expect(failure).toBeInstanceOf(TicketError)
    expect(failure?.message).not.toContain('4826')
    expect(errorsForPeople).toContain(failure?.name)
  })

  it('says that there is no such file', async () => {
    expect((await run('/nowhere/reports.csv')).failure?.message).toBe("There is no file '/nowhere/reports.csv'.")
  })
})
