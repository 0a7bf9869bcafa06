import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import { Secret } from '../../src/auth/secret.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import type { PinKeys } from '../../src/auth/verifier.ts'
import { createVerifier, ownerOf } from '../../src/auth/verifier.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { type Column, columns, neededColumns } from '../../src/store/import/columns.ts'
import type { Schema } from '../../src/store/schema.ts'
import { readVerifier } from '../../src/store/verifiers.ts'
import {
  brands,
  csv,
  customers,
  dump,
  empty,
  importLines,
  line,
  noting,
  refOf,
  SIM_A,
  SIM_B,
} from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'
import { pinTry } from '../support/tries.ts'

const keys: PinKeys = { current: 'test', byId: new Map([['test', Buffer.alloc(32, 7)]]) }
const FULL = line({
  birth_date: '1980-02-29',
  pin: '4826',
  contract_numbers: '2000000001|2000000002',
  phone_numbers: '0171 3920001@2024-05-01|+49 30 23125 001',
  sim_numbers: `${SIM_A}|${SIM_B}`,
  puks: '|90817263',
  email: 'ada@example.org',
  mobile: '0049 171 3920001',
})

describeStores('accounts import', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(() => empty(db))

  it('takes over everything that a line says, and the PIN only as a verifier', async () => {
    const verifier = createVerifier(keys)
    expect(await importLines(db, [FULL], { verifier })).toMatchObject({ lines: 1, new: 1, bad: 0 })
    const ref = await refOf(db, '10000001')
    expect(ref).toMatch(/^[A-Za-z0-9_-]{22}$/)
    const found = await createTableSource(db).find(
      { brand: 'open', value: SIM_B, kinds: ['sim_number'] },
      new Date('2026-01-01'),
    )
    const sim = found.kind === 'found' ? found.account.keyedSim : null
    const pin = await readVerifier(db, { brand: 'open', ref, credential: 'pin', sim: null })
    const puk = await readVerifier(db, { brand: 'open', ref, credential: 'puk', sim })
    expect(await verifier.matches(new Secret('4826'), ownerOf('open', ref, null), 'pin', pin)).toBe(true)
    expect(await verifier.matches(new Secret('4827'), ownerOf('open', ref, null), 'pin', pin)).toBe(false)
    expect(await verifier.matches(new Secret('90817263'), ownerOf('open', ref, sim), 'puk', puk)).toBe(true)
    const stored = await dump(db)
    for (const known of ['1980-02-29', 'ada@example.org', '+491713920001', '493023125001', '2024-04-30T22:00:00'])
      expect(stored).toContain(known)
    for (const secret of ['4826', '90817263'])
      expect(stored.replace(/"(salt|tag)": "[^"]*"/g, '')).not.toContain(secret)
  })

  it('changes nothing when it runs twice, and hashes nothing again', async () => {
    const verifier = noting()
    const lines = [
      FULL,
      line({ customer_number: '10000002', pin: '5739', phone_numbers: '+491713920002@2019-03-01/2024-04-30' }),
      line({ customer_number: '10000003', phone_numbers: '+491713920002@2024-05-01' }),
    ]
    expect(await importLines(db, lines, { verifier })).toMatchObject({ new: 3, bad: 0 })
    expect(verifier.made).toHaveLength(3)
    const before = await dump(db)
    expect(await importLines(db, lines, { verifier })).toMatchObject({ new: 0, changed: 0, same: 3, bad: 0 })
    expect(await dump(db)).toBe(before)
    expect(verifier.made).toHaveLength(3)
  })

  it('takes over what changed, and nothing else', async () => {
    await importLines(db, [FULL])
    const [ref, before] = [await refOf(db, '10000001'), await dump(db)]
    const changed = { ...FULL, name: 'Ada Anders', phone_numbers: '0171 3920001@2023-05-01', email: '' }
    expect(await importLines(db, [changed])).toMatchObject({ changed: 1, same: 0 })
    expect(await refOf(db, '10000001')).toBe(ref)
    const [old, fresh] = [before.split('\n'), (await dump(db)).split('\n')]
    expect(fresh.filter((row) => !old.includes(row))).toHaveLength(4) // the account, two phone numbers, the e-mail
    expect(fresh.join()).toContain('2023-04-30T22:00:00')
  })

  it('ends a number that is gone from the line, and gives it a new beginning when it comes back', async () => {
    const at = (day: string) => ({ now: () => new Date(`${day}T12:00:00Z`) })
    const sims = [
      { ...FULL, phone_numbers: '' },
      { ...FULL, sim_numbers: '', puks: '', phone_numbers: '' },
    ]
    await importLines(db, sims.slice(0, 1), at('2026-01-01'))
    await importLines(db, sims.slice(1), at('2026-02-01'))
    await importLines(db, sims.slice(0, 1), at('2026-03-01'))
    const rows = await db.selectFrom('identifier').selectAll().where('value', '=', SIM_A).orderBy('id').execute()
    expect(rows.map((row) => [row.valid_from?.toISOString(), row.valid_to?.toISOString()])).toEqual([
      [undefined, '2026-02-01T12:00:00.000Z'],
      ['2026-03-01T12:00:00.000Z', undefined],
    ])
    expect(rows[0]?.sim_id).toBe(rows[1]?.sim_id)
  })

  it('drops an ownership that never began', async () => {
    const now = () => new Date('2026-01-01T12:00:00Z')
    await importLines(db, [line({ phone_numbers: '+491713920001@2026-02-01' })], { now })
    expect(await importLines(db, [line()], { now })).toMatchObject({ changed: 1 })
    expect(await db.selectFrom('identifier').select('kind').execute()).toEqual([{ kind: 'customer_number' }])
  })

  describe('a number that another customer owns', () => {
    const former = line({ phone_numbers: '+491713920001' })
    const heir = line({ customer_number: '10000002', phone_numbers: '+491713920001@2024-05-01', pin: '5739' })

    it('is kept with both and identifies nobody, as long as the file does not end it there', async () => {
      await importLines(db, [former])
      const result = await importLines(db, [heir])
      expect(result).toMatchObject({ new: 1, bad: 0, disputed: 1, disputedLines: { 2: 'phone_number' } })
      expect(await ownerOfPhone()).toBe('unknown')
      expect(await kept()).toEqual([
        { kind: 'phone_number', ref: await refOf(db, '10000001') },
        { kind: 'phone_number', ref: await refOf(db, '10000002') },
      ])
      const before = await dump(db)
      expect(await importLines(db, [heir])).toMatchObject({ same: 1, disputed: 1 })
      expect(await importLines(db, [former])).toMatchObject({ same: 1, disputed: 1 })
      expect(await dump(db)).toBe(before)
    })

    it("is its heir's alone from when the former owner gives it up in a later file", async () => {
      const [then, later] = [new Date('2026-01-01T12:00:00Z'), new Date('2026-02-01T12:00:00Z')]
      await importLines(db, [former, heir], { now: () => then })
      expect(await ownerOfPhone(then)).toBe('unknown')
      expect(await importLines(db, [line()], { now: () => later })).toMatchObject({ changed: 1, disputed: 0 })
      expect(await ownerOfPhone(later)).toBe(await refOf(db, '10000002'))
      expect(await kept()).toEqual([])
    })

    it.each([
      ['exchange', 2],
      ['hand round', 3],
    ])(
      'goes through in one run when customers %s their numbers, in any order, in one batch or many (A3)',
      async (_how, n) => {
        const phones = ['+491713920001', '+491713920002', '+491713920003'].slice(0, n)
        const each = (shift: number) =>
          phones.map((_, i) => line({ customer_number: `1000000${i}`, phone_numbers: phones[(i + shift) % n] ?? '' }))
        for (const between of [0, 250]) {
          await empty(db)
          await importLines(db, each(0), { now: () => new Date('2026-01-01T12:00:00Z') })
          const now = () => new Date('2026-02-01T12:00:00Z')
          const others = customers(between, (i) => ({ customer_number: String(20_000_000 + i) }))
          const [first, ...rest] = each(1)
          if (!first) throw new Error('no line')
          const result = await importLines(db, [first, ...others, ...rest], { now })
          expect(result).toMatchObject({ changed: n, new: between, bad: 0, disputed: 0 })
          for (const [i, phone] of phones.entries()) {
            const ref = await refOf(db, `1000000${(i + n - 1) % n}`)
            expect(await ownerOfPhone(now(), phone.slice(1))).toBe(ref)
          }
          const before = await dump(db)
          expect(await importLines(db, [...rest, first])).toMatchObject({ same: n })
          expect(await dump(db)).toBe(before)
        }
      },
    )

    it('passes on when its former owner gives it up, in whatever order the lines come', async () => {
      const now = () => new Date('2026-01-01T12:00:00Z')
      for (const lines of [
        [line(), heir],
        [heir, line()],
      ]) {
        await empty(db)
        await importLines(db, [former])
        expect(await importLines(db, lines, { now })).toMatchObject({ lines: 2, new: 1, changed: 1, bad: 0 })
        const rows = await db
          .selectFrom('identifier')
          .selectAll()
          .where('kind', '=', 'phone_number')
          .orderBy('id')
          .execute()
        // What was true before today stays as it was, although the file says that it passed on long ago.
        expect(rows.map((row) => [row.valid_from, row.valid_to])).toEqual([
          [null, now()],
          [now(), null],
        ])
        const before = await dump(db)
        expect(await importLines(db, lines)).toMatchObject({ same: 2 })
        expect(await dump(db)).toBe(before)
      }
    })

    it('identifies nobody when two lines of a file both want it, and both customers are in', async () => {
      const result = await importLines(db, [former, { ...heir, phone_numbers: '01713920001' }])
      expect(result).toMatchObject({ new: 2, bad: 0, disputedLines: { 3: 'phone_number' } })
      expect(await ownerOfPhone()).toBe('unknown')
    })

    it('identifies nobody of another kind either, since at the keypad nobody names the kind', async () => {
      await importLines(db, [line({ phone_numbers: '030 231250' })])
      const rival = line({ customer_number: '10000002', contract_numbers: '4930231250' })
      expect((await importLines(db, [rival])).disputedLines).toEqual({ 2: 'contract_number' })
      expect(await ownerOfPhone(new Date(), '4930231250')).toBe('unknown')
    })

    const ownerOfPhone = async (asOf = new Date(), value = '491713920001'): Promise<string> => {
      const kinds = ['phone_number', 'contract_number'] as const
      const found = await createTableSource(db).find({ brand: 'open', value, kinds }, asOf)
      return found.kind === 'found' ? found.account.ref : found.kind
    }
    const kept = () =>
      db.selectFrom('identifier').select(['kind', 'ref']).where('disputed', 'is not', null).orderBy('id').execute()
  })

  it('keeps an existing PIN and its lock, unless it is told to replace them', async () => {
    const attempts = createAttempts(db)
    await importLines(db, [line({ pin: '4826' })])
    const ref = await refOf(db, '10000001')
    const subject = accountSubject('open', ref)
    for (let n = 0; n < 3; n++) await attempts.reserve(pinTry(subject))
    expect((await attempts.lockState(subject)).lockedUntil).not.toBeNull()

    const before = await dump(db)
    const verifier = noting()
    expect(await importLines(db, [line({ pin: '5739' })], { verifier })).toMatchObject({ same: 1 })
    expect(await dump(db)).toBe(before)

    expect(await importLines(db, [line({ pin: '5739' })], { verifier, replacePins: true })).toMatchObject({
      changed: 1,
    })
    expect(verifier.made).toEqual([`pin ${ownerOf('open', ref, null)}`])
    expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 0, lockedUntil: null })
    expect(await importLines(db, [line()], { verifier, replacePins: true })).toMatchObject({ same: 1 })
    expect(verifier.made).toHaveLength(1)
  })

  it('sets a PIN where there was none', async () => {
    const verifier = noting()
    await importLines(db, [line()], { verifier })
    expect(verifier.made).toEqual([])
    expect(await importLines(db, [line({ pin: '4826' })], { verifier })).toMatchObject({ changed: 1 })
    expect(verifier.made).toHaveLength(1)
  })

  it('reads what spreadsheets write: byte order mark, semicolons, CRLF, quotes, any order of columns', async () => {
    const order = [...columns].reverse()
    const cells = (of: Record<Column, string>): string => order.map((column) => of[column]).join(';')
    const odd = line({ name: '"Beispiel; ""Bo"" Möller"', brand: ' open ' })
    const text = `\ufeff${order.map((column) => ` "${column.toUpperCase()}"`.trim()).join(';')}\r\n${cells(odd)}\r\n\r\n`
    const result = await importLines(db, text)
    expect(result).toMatchObject({ lines: 1, new: 1, badLines: {} })
    expect(await db.selectFrom('account').select('name').execute()).toEqual([{ name: 'Beispiel; "Bo" Möller' }])
  })

  it('takes a file without a column, which says nothing of what would stand there', async () => {
    const only = (names: readonly Column[], of: Record<Column, string>): string =>
      [names.join(','), names.map((name) => of[name]).join(',')].join('\n')
    const names = columns.filter((column) => column === 'name' || !neededColumns.some((needed) => needed === column))
    await importLines(db, [FULL])
    const before = await dump(db)
    for (const missing of names.filter((column) => column !== 'name' && column !== 'sim_numbers')) {
      const here = columns.filter((column) => column !== missing)
      expect([missing, await importLines(db, only(here, FULL))]).toMatchObject([missing, { same: 1, badLines: {} }])
    }
    expect(await importLines(db, only([...neededColumns], FULL))).toMatchObject({ same: 1, badLines: {} })
    expect(await dump(db)).toBe(before)
    const fresh = line({ customer_number: '10000002' })
    expect(await importLines(db, only([...neededColumns], fresh))).toMatchObject({ new: 1, badLines: {} })
    const withoutSims = only(
      columns.filter((column) => column !== 'sim_numbers'),
      FULL,
    )
    expect((await importLines(db, withoutSims)).badLines[2]).toMatch(/^puks has 2 entries for 0 sim_numbers/)
  })

  it('takes files with the columns of the first version, whatever has become of the table since', async () => {
    const header =
      'brand,customer_number,name,birth_date,language,pin,contract_numbers,phone_numbers,sim_numbers,puks,email,mobile'
    const cells = `open,10000001,Ada,,de,4826,,,${SIM_A},90817263,,`
    const verifier = noting()
    expect(await importLines(db, `${header}\n${cells}`, { verifier })).toMatchObject({ new: 1, badLines: {} })
    expect(verifier.made).toHaveLength(2)
  })

  it('tells of the columns that are missing and some brand would use', async () => {
    const told: (readonly Column[])[] = []
    const onMissedColumns = (missed: readonly Column[]) => void told.push(missed)
    const header = columns.filter((column) => !['pin', 'puks', 'email'].includes(column))
    await importLines(db, header.join(','), { onMissedColumns })
    const strict = new Map([...brands].filter(([name]) => name === 'strict'))
    await importLines(db, header.join(','), { onMissedColumns, brands: strict })
    await importLines(db, columns.join(','), { onMissedColumns })
    expect(told).toEqual([
      ['pin', 'puks', 'email'],
      ['pin', 'email'],
    ])
  })

  it('ignores the columns that the brand does not use', async () => {
    const junk = { contract_numbers: 'x', phone_numbers: 'x@y', sim_numbers: '1|2', puks: 'no' }
    const strict = line({ brand: 'strict', customer_number: '123456788', ...junk })
    const other = line({ brand: 'other', sim_numbers: SIM_A, puks: 'no|no|no' })
    expect(await importLines(db, [strict, other])).toMatchObject({ new: 2, badLines: {} })
    expect(await db.selectFrom('verifier').selectAll().execute()).toEqual([])
  })

  const bad: [string, Partial<Record<Column, string>>, RegExp][] = [
    ['an unknown brand', { brand: 'nobody' }, /^brand is none of strict, open, other$/],
    ['no customer number', { customer_number: '' }, /^customer_number must be 8 digits$/],
    ['letters in a customer number', { customer_number: '1000000A' }, /^customer_number must be 8 digits$/],
    ['a wrong check digit', { brand: 'strict', customer_number: '123456789' }, /^customer_number .* check digit/],
    ['no name', { name: '' }, /^name is empty$/],
    ['a name without end', { name: 'x'.repeat(201) }, /^name is longer/],
    ['a control character', { name: 'Ada\u001b[2J' }, /^name contains a control/],
    ['a language of another brand', { language: 'fr' }, /^language is none of de, en$/],
    ['a date that is none', { birth_date: '1981-02-29' }, /^birth_date is not a date/],
    ['a German date', { birth_date: '28.02.1981' }, /^birth_date is not a date/],
    ['a PIN of three digits', { pin: '482' }, /^pin must be 4 digits$/],
    ['a PIN with a letter', { pin: '48z6' }, /^pin must be 4 digits$/],
    ['a short PUK', { sim_numbers: SIM_A, puks: '9081726' }, /^puks must be 8 digits$/],
    ['more PUKs than SIMs', { sim_numbers: SIM_A, puks: '90817263|90817263' }, /^puks has 2 entries for 1/],
    [
      'more products than contracts',
      { contract_numbers: '2000000001', products: 'A|B' },
      /^products has 2 entries for 1/,
    ],
    [
      'a contract that is not of the line',
      { phone_numbers: '01713920001', phone_contracts: '2000000009' },
      /^phone_contracts names none of/,
    ],
    [
      'a SIM that is not of the line',
      { phone_numbers: '01713920001', phone_sims: '4826' },
      /^phone_sims names none of/,
    ],
    ['an empty entry', { contract_numbers: '2000000001||2000000002' }, /^contract_numbers has an empty entry$/],
    ['one number twice', { contract_numbers: '2000000001|2000000001' }, /^contract_numbers names one number twice$/],
    ['a wrong owned-from', { phone_numbers: '01713920001@1.5.2024' }, /^phone_numbers has a date/],
    ['an end before the beginning', { phone_numbers: '01713920001@2024-05-01/2024-04-01' }, /^phone_numbers has a/],
    ['an e-mail address that is none', { email: 'ada at example' }, /^email is no/],
    [
      'too many fields',
      { mobile: '+491713920001,4826' },
      new RegExp(`^the line has ${columns.length + 1} fields, the header has ${columns.length}$`),
    ],
    ['a quote that is not closed', { name: '"Ada' }, /^a quotation mark is not closed/],
    ['a quote in the middle', { name: '"A"da' }, /^a quotation mark is not closed/],
  ]
  it.each(bad)('reports %s with its line, and leaves that account as it was', async (_, cells, reason) => {
    const good = [line({ customer_number: '10000002' }), line({ customer_number: '10000003' })] as const
    const before = { ...FULL, brand: cells.brand === 'strict' ? 'strict' : 'open' }
    if (before.brand === 'open') await importLines(db, [before])
    const account = (await dump(db)).split('\n')
    const result = await importLines(db, [good[0], { ...FULL, pin: '5739', name: 'Neu', ...cells }, good[1]])
    expect(result).toMatchObject({ lines: 3, new: 2, changed: 0, bad: 1 })
    expect(result.badLines).toEqual({ 3: expect.stringMatching(reason) })
    expect(result.badLines[3]).not.toMatch(/4826|5739|9081726|482$|Ada/)
    const after = (await dump(db)).split('\n')
    expect(account.filter((row) => !after.includes(row))).toEqual([])
    expect(after.length - account.length).toBe(4) // two accounts, two customer numbers
  })

  it('reports a second line of one customer, but takes the good one after a bad one', async () => {
    const lines = [line({ pin: '12' }), line(), line({ customer_number: '10000002' }), line({ brand: 'other' })]
    const result = await importLines(db, [...lines, { ...lines[2], name: 'Twice' } as typeof FULL])
    expect(result).toMatchObject({ lines: 5, new: 3, bad: 2 })
    expect(Object.keys(result.badLines)).toEqual(['2', '6'])
    expect(result.badLines[6]).toBe('line 4 already names this customer_number of the brand')
  })

  it('survives lines that are no text', async () => {
    const [header = '', first = '', second = ''] = csv([line(), line({ customer_number: '10000002' })]).split('\n')
    const latin1 = Buffer.from(first.replace('Ada', 'Adä'), 'latin1')
    const endless = Buffer.alloc(300_000, 'x')
    const parts = [Buffer.from(header), latin1, endless, Buffer.from(second)]
    const content = Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]))
    const result = await importLines(db, content)
    expect(result).toMatchObject({ lines: 3, new: 1 })
    expect(result.badLines).toEqual({
      2: expect.stringMatching(/^the line is not UTF-8/),
      3: expect.stringMatching(/^the line is longer than 65536 bytes/),
    })
  })

  it.each([
    ['an empty file', '', /^The file is empty/],
    ['a file without header', 'open,10000001,Ada,,de,4826,,,,,,', /^The first line is not the header/],
    ['a missing column', columns.filter((column) => column !== 'name').join(','), /^The header has no column name\./],
    [
      'an unknown column',
      `${columns.join(',')},colour`,
      /has unknown columns: colour \(--ignore .*\)\. There are the columns brand,.*mobile,address_since,reference; brand, customer_number, name, language are needed\.$/,
    ],
    ['a column twice', `${columns.join(',')},pin`, /names pin twice/],
    [
      'a PIN in the place of a column',
      `${columns.join(',').replace('pin,', '4826,')}`,
      /has unknown columns: the one at place 6 /,
    ],
  ])('refuses %s with a sentence', async (_, content, sentence) => {
    const failure: Error = await importLines(db, content).then(
      () => new Error('imported'),
      (error) => error,
    )
    expect(failure.message).toMatch(sentence)
    expect(failure.message).not.toContain('4826')
  })
})
