import { truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import type { Kysely } from 'kysely'
import { credentials, namedEntry } from '../../src/auth/credentials.ts'
import { registerAccounts, runImport } from '../../src/cli/accounts-import.ts'
import { createProgressView } from '../../src/cli/import-progress.ts'
import { columns } from '../../src/store/import/columns.ts'
import type { Progress } from '../../src/store/import/import.ts'
import type { Schema } from '../../src/store/schema.ts'
import { times } from '../support/counts.ts'
import { brands, csv, customers, empty, file, importFile, importLines, line, noting } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

/** An output that remembers. */
function gather() {
  const written: string[] = []
  return { write: (text: string) => written.push(text) > 0, text: () => written.join('') }
}

describeStores('rufpass accounts import', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(() => empty(db))

  async function run(name: string, options: { replacePins?: boolean; signal?: AbortSignal } = {}) {
    const [out, err] = [gather(), gather()]
    const verifier = noting()
    let closed = 0
    const close = async () => {
      closed++
    }
    const code = await runImport(
      name,
      { replacePins: options.replacePins ?? false },
      async () => ({ db, verifier, brands, close }),
      {
        out: out,
        err: err,
        now: () => new Date('2026-06-01T12:00:00Z'),
        signal: options.signal ?? new AbortController().signal,
      },
    )
    return { code, out: out.text(), err: err.text(), hashed: verifier.made.length, closed }
  }

  it('ends with 0 when all lines are in', async () => {
    const lines = csv([line(), line({ brand: 'other', pin: '4826' })])
    expect(await run(file(lines))).toEqual({
      code: 0,
      out: '2 lines: 2 new, 0 changed, 0 as before, 0 bad.\n',
      err: '',
      hashed: 1,
      closed: 1,
    })
    expect(await run(file(lines), { replacePins: true })).toMatchObject({ code: 0, hashed: 1 })
  })

  it('ends with 2 when lines were bad, and names them', async () => {
    const result = await run(file(csv([line({ pin: '48261' }), line({ customer_number: '10000002' })])))
    expect(result).toMatchObject({ code: 2, out: '2 lines: 1 new, 0 changed, 0 as before, 1 bad.\n', closed: 1 })
    expect(result.err).toBe('line 2: pin must be 4 digits\n')
  })

  it('says which columns are missing, and takes the file', async () => {
    const result = await run(file('brand,customer_number,name,language,pin\nother,10000001,Ada,de,4826'))
    expect(result).toMatchObject({ code: 0, hashed: 1 })
    expect(result.err).toBe(
      'The file has no column birth_date, contract_numbers, products, phone_numbers, phone_contracts, sim_numbers, phone_sims, puks, ' +
        'email, mobile, address_since, reference: what is stored there stays.\n',
    )
  })

  it('ends with 1 when the file cannot be read, before it opens anything', async () => {
    expect(await run('nowhere.csv')).toMatchObject({
      code: 1,
      err: 'nowhere.csv was not imported. There is no such file.\n',
      closed: 0,
    })
    expect(await run(tmpdir())).toMatchObject({ code: 1, err: expect.stringContaining('regular file'), closed: 0 })
    const headless = await run(file('brand,pin\nopen,4826'))
    expect(headless).toMatchObject({ code: 1, out: '', closed: 1 })
    expect(headless.err).toMatch(/was not imported\. The header has no column customer_number, name, language\./)
  })

  it('stops between batches when interrupted, and goes on when it is run again', async () => {
    const name = file(csv(customers(1000, () => ({ pin: '4826' }))))
    const stop = new AbortController()
    const verifier = noting()
    const make: typeof verifier.make = (...of) => {
      if (verifier.made.length === 500) stop.abort()
      return verifier.make(...of)
    }
    const err = gather()
    const code = await runImport(name, {}, async () => ({ db, verifier: { make }, brands, close: async () => {} }), {
      out: { write: () => {} },
      err: err,
      now: () => new Date(),
      signal: stop.signal,
    })
    expect([code, err.text()]).toEqual([
      130,
      'Interrupted after 400 lines. What was read is in; run the same command again to go on.\n',
    ])
    expect(await run(name)).toMatchObject({
      code: 0,
      hashed: 600,
      out: '1,000 lines: 600 new, 0 changed, 400 as before, 0 bad.\n',
    })
  })

  it('takes a large file in batches', async () => {
    const lines = customers(times(500, 5_000), (n) => ({
      brand: 'other',
      phone_numbers: `+49301${String(n).padStart(7, '0')}`,
      ...(n % 250 === 0 ? { pin: '4826' } : {}),
    }))
    const seen: Progress[] = []
    const verifier = noting()
    const onProgress = (progress: Progress) => seen.push(progress)
    const summary = await importLines(db, lines, { verifier, onProgress })
    expect(summary).toMatchObject({ lines: lines.length, new: lines.length, bad: 0 })
    expect(verifier.made).toHaveLength(Math.ceil(lines.length / 250))
    // A thousand lines at once, fewer behind those with secrets.
    expect(seen.length).toBeGreaterThanOrEqual(lines.length / 1_000)
    expect(seen.at(-1)).toEqual({ lines: lines.length, bytes: csv(lines).length })
  })

  it('never reads far ahead of what it has written, so that any size fits the memory', async () => {
    const name = file(csv(customers(2000, () => ({ brand: 'other', puks: 'x'.repeat(2000) }))))
    // What is cut off while the first batch is being written must not have been read by then.
    let cut = false
    const onProgress = ({ bytes }: Progress) => {
      if (!cut) truncateSync(name, bytes + 300_000)
      cut = true
    }
    const { lines } = await importFile(db, name, { onProgress })
    expect(lines).toBeGreaterThan(200)
    expect(lines).toBeLessThan(400)
  })
})

describe('progress', () => {
  it('is a line now and then where there is no terminal', () => {
    const out = gather()
    let now = 0
    const view = createProgressView(1000, out, () => now)
    for (now = 0; now <= 60_000; now += 5_000) view.show({ lines: now / 10, bytes: now / 100 })
    view.stop()
    expect(out.text().split('\n')).toEqual([
      '1,000 lines, 10 %, 100 lines/s, about 2 min left',
      '2,000 lines, 20 %, 100 lines/s, about 80 s left',
      '3,000 lines, 30 %, 100 lines/s, about 70 s left',
      '4,000 lines, 40 %, 100 lines/s, about 60 s left',
      '5,000 lines, 50 %, 100 lines/s, about 50 s left',
      '6,000 lines, 60 %, 100 lines/s, about 40 s left',
      '',
    ])
  })
})

describe('the command', () => {
  it('lists every column with what stands in it', () => {
    const program = new Command()
    registerAccounts(program, () => Promise.reject(new Error('opened')))
    const command = program.commands[0]?.commands[0]
    const out = gather()
    command?.configureOutput({ writeOut: out.write }).outputHelp()
    const help = out.text()
    const listed = [...help.matchAll(/^ {2}([a-z_]+) {2,}\S/gm)].map(([, column]) => column)
    expect(listed.filter((column) => column !== 'file')).toEqual(columns)
    for (const { column, usualEntry } of Object.values(credentials))
      expect(help).toMatch(new RegExp(`^  ${column} +${namedEntry(usualEntry)}`, 'm'))
  })

  it('is accounts import FILE, beside other commands of accounts', async () => {
    const program = new Command().exitOverride()
    program.command('accounts')
    const asked: unknown[] = []
    registerAccounts(program, async (choices) => {
      asked.push(choices)
      throw new Error('opened')
    })
    const name = file(csv([line()]))
    const [write, code] = [process.stderr.write, process.exitCode]
    const err = gather()
    process.stderr.write = err.write as typeof write
    try {
      await program.parseAsync(['accounts', 'import', name, '--replace-pins', '--database', 'there'], { from: 'user' })
      expect(process.exitCode).toBe(1)
    } finally {
      process.stderr.write = write
      process.exitCode = code
    }
    expect(asked).toEqual([{ replacePins: true, database: 'there' }])
    expect(err.text()).toBe(`${name} was not imported. opened\n`)
  })
})
