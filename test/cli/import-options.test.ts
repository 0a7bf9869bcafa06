/** What an import does with files as they come: cut by a spreadsheet, with all customers, with bad lines, from a pipe. */
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { type ImportChoices, runImport } from '../../src/cli/accounts-import.ts'
import { type Column, columns } from '../../src/store/import/columns.ts'
import type { Schema } from '../../src/store/schema.ts'
import { brands, csv, customers, dump, empty, file, line, noting, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

/** An output that remembers. */
function gather() {
  const written: string[] = []
  return { write: (text: string) => written.push(text) > 0, text: () => written.join('') }
}

describeStores('rufpass accounts import, with its options', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(() => empty(db))

  async function run(content: string | readonly Record<Column, string>[], choices: ImportChoices = {}, from = 'file') {
    const [out, err] = [gather(), gather()]
    const text = typeof content === 'string' ? content : csv(content)
    const verifier = noting()
    const tools = async () => ({ db, verifier, brands, close: async () => {} })
    const code = await runImport(from === 'pipe' ? '-' : file(text), choices, tools, {
      in: Readable.from([Buffer.from(text)]),
      out,
      err,
      now: () => new Date('2026-06-01T12:00:00Z'),
      signal: new AbortController().signal,
    })
    expect(await db.selectFrom('import_line').selectAll().execute()).toEqual([])
    return { code, out: out.text(), err: err.text(), hashed: verifier.made.length }
  }
  const phones = async () =>
    (await db.selectFrom('identifier').select('value').where('kind', '=', 'phone_number').execute()).map(
      ({ value }) => value,
    )

  it.each(['+49\u00a0171\u00a03920001', '\u202a+49 171 3920001\u202c', '+49171\u200b3920001', '0171\u20093920001'])(
    'reads a number with characters that nobody sees in it (A4): %j',
    async (number) => {
      expect(await run([line({ phone_numbers: number, customer_number: '1000\u200b0001' })])).toMatchObject({ code: 0 })
      expect(await phones()).toEqual(['491713920001'])
    },
  )

  it.each(['Ada\u202eletsieB', 'Ada\u200bBeispiel', 'Ada\u00a0Beispiel'])(
    'refuses a name with them: %j',
    async (name) => {
      const result = await run([line({ name })])
      expect(result).toMatchObject({
        code: 2,
        err: expect.stringMatching(/^line 2: name contains a character that nobody/),
      })
    },
  )

  it('leaves out a number that is none, says so, and takes the customer and the other numbers', async () => {
    const result = await run([line({ phone_numbers: '110|+491713920001', mobile: '4826' })])
    expect(result).toMatchObject({
      code: 2,
      out: expect.stringContaining('1 new, 0 changed, 0 as before, 0 bad.\n1 in without'),
    })
    expect(result.err).toMatch(/^line 2: phone_numbers has a number that is no .*; it is left out/)
    expect(result.err).toMatch(/\nline 2: mobile has a number/)
    expect(await phones()).toEqual(['491713920001'])
  })

  it('leaves out a contract or SIM number of a wrong form, and ends nothing of that kind by the line (A4)', async () => {
    const numbers = async () =>
      (await db.selectFrom('identifier').select(['kind', 'value', 'valid_to']).orderBy('id').execute()).filter(
        ({ kind }) => kind !== 'customer_number',
      )
    const [contract, puk] = ['2000000001', '90817263']
    await run([line({ contract_numbers: contract, sim_numbers: SIM_A, puks: puk })])
    const before = await numbers()
    const wrong = line({ contract_numbers: '200000001', sim_numbers: `4826|${SIM_B}`, puks: `${puk}|${puk}` })
    const result = await run([wrong])
    expect(result).toMatchObject({
      code: 2,
      out: expect.stringContaining('1 changed, 0 as before, 0 bad.\n1 in without'),
    })
    expect(result.err).toMatch(/^line 2: contract_numbers must be 10 digits; it is left out, /)
    expect(result.err).toMatch(/\nline 2: sim_numbers must be 19 digits; it is left out, /)
    expect(result.err).not.toContain('4826')
    // The one that is right is in; what was meant by the wrong ones nobody can say, so what is stored goes on.
    expect(await numbers()).toEqual([...before, { kind: 'sim_number', value: SIM_B, valid_to: null }])
    expect(await db.selectFrom('account').select('ends').execute()).toEqual([{ ends: null }])
    // Its PUK went with the SIM that is none.
    expect(await db.selectFrom('verifier').select('credential').execute()).toHaveLength(2)
    expect(await run([line({ contract_numbers: '2000000002', sim_numbers: SIM_B })])).toMatchObject({ code: 0 })
    expect((await numbers()).map(({ value, valid_to: to }) => [value, to !== null])).toEqual([
      [contract, true],
      [SIM_A, true],
      [SIM_B, false],
      ['2000000002', false],
    ])
  })

  it.each([
    [
      'made 0 at the end (A7)',
      ['8949000000000000000', '8949012345678910000', SIM_A],
      /has made the last digits of 2 of 3/,
    ],
    ['shortened', [SIM_A, '8,949E+18', SIM_B], /has shortened a SIM number of line 3\./],
  ])('stops a file whose SIM numbers a spreadsheet has %s, before anything is written', async (_how, sims, message) => {
    const lines = sims.map((sim, n) => line({ customer_number: `1000000${n}`, sim_numbers: `"${sim}"` }))
    const result = await run(lines)
    expect(result).toMatchObject({ code: 1, err: expect.stringMatching(message), out: '' })
    expect(result.err).not.toMatch(/8949|8,949/)
    expect(await db.selectFrom('account').selectAll().execute()).toEqual([])
  })

  it('takes one SIM number that ends so by chance', async () => {
    const lines = [SIM_A, SIM_B].map((sim, n) => line({ customer_number: `1000000${n}`, sim_numbers: sim }))
    const chance = line({ customer_number: '10000009', sim_numbers: '8949000000000000000' })
    expect(await run([...lines, chance])).toMatchObject({ code: 0, out: expect.stringContaining('3 new') })
  })

  it('refuses a file with carriage returns alone, and quotes nothing of it (A10)', async () => {
    const result = await run(csv([line({ name: 'Ada Beispiel' })]).replaceAll('\n', '\r'))
    expect(result).toMatchObject({ code: 1, err: expect.stringContaining('end with carriage returns alone') })
    expect(result.err).not.toMatch(/Ada|10000001/)
  })

  it('says how many keep a PIN that the file does not have (A5)', async () => {
    await run([line({ pin: '4826' }), line({ customer_number: '10000002' })])
    expect((await run([line(), line({ customer_number: '10000002' })])).out).toContain(
      '1 have no PIN in the file and keep',
    )
  })

  it('imports weak PINs, and counts them by what makes them weak (A6)', async () => {
    const pins = ['1234', '8765', '2222', '1980', '2902', '1212', '4826']
    const lines = pins.map((pin, n) => line({ customer_number: `1000000${n}`, pin, birth_date: '1980-02-29' }))
    const result = await run(lines)
    expect(result).toMatchObject({ code: 0, hashed: pins.length })
    expect(result.out).toContain(
      "6 PINs would be refused by the policy of their brand: 2 in sequence, 1 of one digit, or of fewer than four keys, 1 the customer's own birthday, 1 the customer's own year of birth, 1 among those that strangers try first.",
    )
  })

  it('tells by a dry run what would be changed, and changes nothing and hashes nothing', async () => {
    await run([line({ pin: '4826', phone_numbers: '+491713920001' })])
    const before = await dump(db)
    const heir = line({ customer_number: '10000002', phone_numbers: '+491713920001', pin: '5739' })
    const lines = [line({ name: 'Ada Anders' }), heir, line({ customer_number: '1' })]
    const tried = await run(lines, { dryRun: true, replacePins: true })
    expect(tried).toMatchObject({
      code: 2,
      hashed: 0,
      out: expect.stringMatching(/^A dry run: nothing was changed\.\n/),
    })
    expect(await dump(db)).toBe(before)
    const done = await run(lines)
    expect(tried.out).toBe(`A dry run: nothing was changed.\n${done.out}`)
    expect(tried.err).toBe(done.err)
  })

  it('imports nothing where more lines are bad than allowed', async () => {
    const lines = [...customers(97), ...Array.from({ length: 3 }, (_, n) => line({ customer_number: String(n) }))]
    const refused = await run(lines, { atMostBad: 0.02 })
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('3 of 100 lines are bad') })
    expect(await db.selectFrom('account').selectAll().execute()).toEqual([])
    expect(await run(lines, { atMostBad: 0.03 })).toMatchObject({ code: 2, out: expect.stringContaining('97 new') })
  })

  it('writes bad lines into a file that can be corrected and imported, for its owner alone', async () => {
    const badLines = join(mkdtempSync(join(tmpdir(), 'rufpass-bad-')), 'bad.csv')
    const wrong = line({ customer_number: '10000002', pin: '12', name: '"Beispiel, Bo"' })
    expect(await run([line(), wrong], { badLines })).toMatchObject({ code: 2 })
    expect(statSync(badLines).mode & 0o777).toBe(0o600)
    const corrected = readFileSync(badLines, 'utf8').replace(',12,', ',4826,')
    expect(await run(corrected)).toMatchObject({ code: 0, out: expect.stringContaining('1 line: 1 new') })
    // Never over another file, which is found before a line is in; and none where nothing is bad.
    expect(await run([line({ customer_number: '10000003' }), wrong], { badLines })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/--bad-lines: there is a file '.*'; name a new one/),
    })
    expect(await run([line()], { badLines: `${badLines}.2` })).toMatchObject({ code: 0 })
    expect(existsSync(`${badLines}.2`)).toBe(false)
  })

  it('takes the standard input, which it reads more than once and leaves nowhere', async () => {
    const lines = customers(300, () => ({ pin: '4826' }))
    expect(await run(lines, {}, 'pipe')).toMatchObject({
      code: 0,
      hashed: 300,
      out: expect.stringContaining('300 new'),
    })
  })

  it('ignores columns that are named, wherever they stand, and no others', async () => {
    const text = 'crm_id,brand,customer_number,segment,name,language\n7,open,10000001,gold,Ada,de'
    expect(await run(text)).toMatchObject({ code: 1, err: expect.stringContaining('unknown columns: crm_id, segment') })
    expect(await run(text, { ignore: ['CRM_ID', 'segment'] })).toMatchObject({ code: 0 })
    expect(await db.selectFrom('account').select('name').execute()).toEqual([{ name: 'Ada' }])
  })

  describe('columns that link', () => {
    const [one, other] = ['2000000001', '2000000002']
    const linked = (cells: Parameters<typeof line>[0] = {}) =>
      line({
        contract_numbers: `${one}|${other}`,
        products: 'Allnet L|',
        phone_numbers: '+491713920001|+491713920002',
        phone_contracts: `${other}|`,
        sim_numbers: `${SIM_A}|${SIM_B}`,
        phone_sims: `|${SIM_B}`,
        ...cells,
      })
    const links = async () => {
      const { rows } = await sql<{ value: string; contract: string | null; sim: string | null }>`
        select p.value, c.number as contract, s.value as sim from identifier p
        left join contract c on c.id = p.contract left join identifier s on s.sim_id = p.sim_id and s.kind = 'sim_number'
        where p.kind = 'phone_number' and p.valid_to is null order by p.value`.execute(db)
      return rows.map(({ value, contract, sim }) => [value.slice(-1), contract, sim])
    }
    const products = () => db.selectFrom('contract').select(['number', 'product']).orderBy('number').execute()

    it('name the contract and the SIM of a phone number, and the product of a contract', async () => {
      expect(await run([linked()])).toMatchObject({ code: 0 })
      expect(await links()).toEqual([
        ['1', other, null],
        ['2', null, SIM_B],
      ])
      expect(await products()).toEqual([
        { number: one, product: 'Allnet L' },
        { number: other, product: null },
      ])
      const before = await dump(db)
      expect(await run([linked()])).toMatchObject({ out: expect.stringContaining('1 as before') })
      expect(await dump(db)).toBe(before)
    })

    it('change what is stored, and leave it where the file has no such column', async () => {
      await run([linked()])
      const without = columns.filter((column) => !['products', 'phone_contracts', 'phone_sims'].includes(column))
      const cells = linked()
      const text = [without.join(','), without.map((column) => cells[column]).join(',')].join('\n')
      expect(await run(text)).toMatchObject({ out: expect.stringContaining('1 as before') })
      const changed = linked({ products: '|Prepaid', phone_contracts: `|${one}`, phone_sims: `${SIM_A}|` })
      expect(await run([changed])).toMatchObject({ out: expect.stringContaining('1 changed') })
      expect(await links()).toEqual([
        ['1', null, SIM_A],
        ['2', one, null],
      ])
      expect(await products()).toEqual([
        { number: one, product: null },
        { number: other, product: 'Prepaid' },
      ])
    })

    it('end a phone number with its contract (R42), and say nothing where that number is left out', async () => {
      await run([linked()])
      const over = linked({ contract_numbers: `${one}|${other}@2020-01-01/2026-05-31` })
      expect(await run([over])).toMatchObject({ code: 0 })
      expect(await links()).toEqual([['2', null, SIM_B]])
      const wrong = linked({ sim_numbers: `${SIM_A}|4826`, phone_sims: '|4826' })
      expect(await run([wrong])).toMatchObject({ code: 2, out: expect.stringContaining('0 bad') })
      expect(await links()).toEqual([
        ['1', other, null],
        ['2', null, SIM_B],
      ])
    })
  })

  describe('a file whose lines name no contract that runs', () => {
    const stock = (count: number, contract: (n: number) => string) =>
      customers(count, (n) => ({ contract_numbers: contract(n) }))
    const running = (n: number) => String(1_000_000_000 + n)
    const ended = () => db.selectFrom('account').select('ref').where('ends', 'is not', null).execute()

    it.each([
      ['an empty column', () => ''],
      ['contracts that are over', (n: number) => `${running(n)}@2020-01-01/2026-05-31`],
    ])(
      'stops where it would end more than one in a hundred of a brand, unless their number is named: %s',
      async (_, of) => {
        await run(stock(40, running))
        await run(customers(900, () => ({ brand: 'other' })))
        const before = await dump(db)
        const lines = stock(40, (n) => (n < 10 ? of(n) : running(n)))
        for (const choices of [{}, { endContracts: 9 }, { dryRun: true }]) {
          const stopped = await run(lines, choices)
          expect(stopped).toMatchObject({ code: 1, err: expect.stringContaining("10 of the 40 customers of 'open'") })
          expect(stopped.err).toContain('--end-contracts 10')
        }
        expect(await dump(db)).toBe(before)
        expect(await run(lines, { endContracts: 10 })).toMatchObject({ code: 0 })
        expect(await ended()).toHaveLength(10)
        // Those have ended by now: the same file ends nobody any more.
        expect(await run(lines)).toMatchObject({ code: 0 })
      },
    )

    it('ends a few, and stops for nobody who never had a contract or where the file has no such column', async () => {
      await run(stock(40, (n) => (n < 20 ? running(n) : '')))
      expect(await run(stock(40, (n) => (n >= 9 && n < 20 ? running(n) : '')))).toMatchObject({ code: 0 })
      expect(await ended()).toHaveLength(9)
      const names = customers(40).map(({ brand, customer_number: number }) => `${brand},${number},Ada,de`)
      expect(await run(['brand,customer_number,name,language', ...names].join('\n'))).toMatchObject({ code: 0 })
      expect(await ended()).toHaveLength(9)
    })
  })

  describe.each([
    [
      'phone_numbers',
      'phone_number',
      (n: number) => `+49301${String(n).padStart(7, '0')}`,
      'endPhones',
      '--end-phones',
    ],
    ['sim_numbers', 'sim_number', simNumber, 'endSims', '--end-sims'],
  ] as const)('a file whose column %s is empty', (column, kind, of, choice, option) => {
    const stock = (count: number, cell: (n: number) => string, more: Parameters<typeof line>[0] = {}) =>
      customers(count, (n) => ({ ...more, [column]: cell(n) }))
    const ended = () =>
      db.selectFrom('identifier').select('id').where('kind', '=', kind).where('valid_to', 'is not', null).execute()

    it('stops where it would end more than one in a hundred of a brand, unless their number is named', async () => {
      await run(stock(40, of))
      const before = await dump(db)
      const lines = stock(40, (n) => (n < 10 ? '' : of(n)))
      for (const choices of [{}, { [choice]: 9 }, { endContracts: 10 }, { dryRun: true }]) {
        const stopped = await run(lines, choices)
        expect(stopped).toMatchObject({ code: 1, err: expect.stringContaining("10 of the 40 customers of 'open'") })
        expect(stopped.err).toContain(`${option} 10`)
      }
      expect(await dump(db)).toBe(before)
      expect(await run(lines, { [choice]: 10 })).toMatchObject({ code: 0 })
      expect(await ended()).toHaveLength(10)
      expect(await run(lines)).toMatchObject({ code: 0 })
      expect(await run(stock(40, (n) => (n < 19 ? '' : of(n))))).toMatchObject({ code: 0 })
    })

    it('counts nobody twice whose last contract ends by the same line', async () => {
      await run(customers(40, (n) => ({ [column]: of(n), contract_numbers: String(1_000_000_000 + n) })))
      expect(
        await run(
          stock(40, () => ''),
          { endContracts: 40 },
        ),
      ).toMatchObject({ code: 0 })
      expect(await ended()).toHaveLength(40)
    })
  })

  describe('a file with all customers', () => {
    const all = (count: number) =>
      customers(count, (n) => ({ phone_numbers: `+49301${String(n).padStart(7, '0')}`, email: 'a@b.example' }))
    const full = { full: true, asOf: '2026-06-01' }
    const over = async () =>
      (await db.selectFrom('account').select('ends').where('ends', 'is not', null).execute()).map(({ ends }) => ends)

    it('ends those who are not in it, of its brands alone, as of the day', async () => {
      await run([...all(200), line({ brand: 'other' })])
      const result = await run(all(200).slice(2), full)
      expect(result).toMatchObject({ code: 0 })
      expect(result.out).toContain('2 of 200 customers are not in the file and end as of 2026-06-01.')
      expect(await over()).toEqual([new Date('2026-05-31T22:00:00Z'), new Date('2026-05-31T22:00:00Z')])
      for (const table of ['identifier', 'contact'] as const) {
        const ended = await db.selectFrom(table).select('valid_to').where('valid_to', 'is not', null).execute()
        expect(ended).toEqual([
          { valid_to: new Date('2026-05-31T22:00:00Z') },
          { valid_to: new Date('2026-05-31T22:00:00Z') },
        ])
      }
      expect((await run(all(200).slice(2), full)).out).toContain('0 of 198 customers are not in the file')
      const events = await db.selectFrom('event').selectAll().where('kind', '=', 'account').execute()
      expect(events.slice(-2).map(({ actor, facts }) => [actor, facts.act])).toEqual([
        ['cli', 'account_end'],
        ['cli', 'account_end'],
      ])
    })

    it('ends nobody where they are more than one in a hundred, unless their number is named', async () => {
      await run(all(100))
      const refused = await run(all(70), full)
      expect(refused).toMatchObject({
        code: 2,
        out: expect.stringContaining('30 of 100 customers are not in the file'),
      })
      expect(refused.out).toContain('Nobody was ended. Where that is meant, add: --ends 30')
      expect(await run(all(70), { ...full, ends: 29 })).toMatchObject({ code: 2 })
      expect(await over()).toEqual([])
      expect(await run(all(70), { ...full, ends: 30, dryRun: true })).toMatchObject({ code: 0 })
      expect(await over()).toEqual([])
      expect(await run(all(70), { ...full, ends: 30 })).toMatchObject({ code: 0 })
      expect(await over()).toHaveLength(30)
    })

    it('ends nobody who has a bad line, and nobody at all where it cannot be read whose line that is', async () => {
      await run(all(200))
      const [first, second, ...rest] = all(200)
      expect(await run([{ ...(first as (typeof rest)[0]), pin: '12' }, ...rest], full)).toMatchObject({ code: 2 })
      expect(await over()).toHaveLength(1)
      const torn = `${csv([first as (typeof rest)[0], ...rest])}\nopen,"10000001`
      const result = await run(torn, full)
      expect(result).toMatchObject({ code: 2, out: expect.stringContaining('it cannot be read whose it is') })
      expect(second).toBeDefined()
    })

    it('ends nobody of a brand that a large other one would hide', async () => {
      const small = customers(3, () => ({ brand: 'other' }))
      await run([...all(400), ...small])
      const refused = await run([...all(400), small[0] as (typeof small)[0]], full)
      expect(refused).toMatchObject({ code: 2, out: expect.stringContaining('Nobody was ended.') })
      expect(await over()).toEqual([])
      expect(await run([...all(400), small[0] as (typeof small)[0]], { ...full, ends: 2 })).toMatchObject({ code: 0 })
      expect(await over()).toHaveLength(2)
    })

    it.each([
      { brand: 'opem' },
      { brand: '' },
      { customer_number: '' },
      { customer_number: '1OOOOOOO' },
      { customer_number: '1000000' },
    ])('ends nobody where a bad line has %j, for it cannot be known who that is', async (cells) => {
      await run(all(200))
      const [first, ...rest] = all(200)
      const result = await run([{ ...(first as (typeof rest)[0]), ...cells }, ...rest], full)
      expect(result).toMatchObject({ code: 2, out: expect.stringContaining('it cannot be read whose it is') })
      expect(await over()).toEqual([])
    })

    it('knows the customer of a bad line by a number with characters that nobody sees', async () => {
      await run(all(200))
      const [first, ...rest] = all(200)
      const wrong = { ...(first as (typeof rest)[0]), customer_number: '1000\u200b0000', pin: '12' }
      expect(await run([wrong, ...rest], full)).toMatchObject({ code: 2 })
      expect(await over()).toEqual([])
    })

    it('is refused without its day, and the day without it', async () => {
      expect(await run(all(1), { full: true })).toMatchObject({ code: 1, err: expect.stringContaining('--as-of') })
      expect(await run(all(1), { asOf: '2026-06-01' })).toMatchObject({
        code: 1,
        err: expect.stringContaining('--full'),
      })
      // A year that was misread would take out of the store what began since then.
      expect(await run(all(1), { full: true, asOf: '2016-06-01' })).toMatchObject({
        code: 1,
        err: expect.stringContaining('--as-of: this is more than a year ago'),
      })
    })
  })
})

/** With its check digit (Luhn). */
function simNumber(n: number): string {
  const digits = `894900000${String(n).padStart(9, '0')}`
  const sum = [...digits].reverse().reduce((all, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1)
    return all + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}
