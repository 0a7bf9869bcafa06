import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { IncidentError, registerIncident } from '../../src/cli/incident.ts'
import { openIncidents } from '../../src/cli/open-store.ts'
import { errorsForPeople } from '../../src/log/failure.ts'
import type { IncidentBook } from '../../src/seams/incidents.ts'
import { createIncidents } from '../../src/store/incidents.ts'
import { importLines, line, refOf } from '../support/customers.ts'
import { describeStores, type OpenStore } from '../support/stores.ts'

const NOW = new Date('2026-10-02T22:30:00.000Z')
const words = ['--text', 'de=Nicht gehackt.', '--text', 'en= Not hacked. ']
const texts = { de: 'Nicht gehackt.', en: 'Not hacked.' }

const numbers = (text: string): string => {
  const name = join(mkdtempSync(join(tmpdir(), 'rufpass-incident-')), 'customer-numbers.txt')
  writeFileSync(name, text)
  return name
}

describeStores('rufpass incident', (open: OpenStore) => {
  let incidents: IncidentBook
  let place: string[]
  let nth = 0
  let refs: string[]
  beforeAll(async () => {
    const { db } = await open()
    incidents = createIncidents(db)
    const all = Array.from({ length: 2_500 }, (_, n) => line({ customer_number: String(10_000_000 + n) }))
    await importLines(db, all)
    refs = [await refOf(db, '10000000'), await refOf(db, '10000001')]
  })
  beforeEach(async () => {
    place = ['--brand', 'open', '--name', `mail-${++nth}`]
    await run('open', ...place, '--day', '2026-10-01', ...words)
  })
  afterEach(async () => {
    process.exitCode = 0
    // What earlier tests left open is on the accounts of all.
    for (const { brand, name, closed } of await incidents.list())
      if (closed === null) await incidents.close({ brand, name }, 'test', NOW)
  })

  async function run(...args: string[]) {
    let [out, err, closed] = ['', '', 0]
    const program = new Command('rufpass').exitOverride().configureOutput({ writeErr: () => {} })
    const tools = {
      incidents,
      brands: new Map(['open', 'other'].map((name) => [name, ['de', 'en']])),
      close: async () => void closed++,
    }
    registerIncident(program, async () => tools, {
      out: { write: (text) => (out += text) },
      err: { write: (text) => (err += text) },
      now: () => NOW,
    })
    for (const each of program.commands.flatMap(({ commands }) => commands)) each.exitOverride()
    process.exitCode = 0
    const failure = await program.parseAsync(['incident', ...args], { from: 'user' }).then(
      () => null,
      (error: Error) => error,
    )
    return { out, err, closed, failure, code: process.exitCode as number }
  }
  const namesOn = async (ref = refs[0] ?? '') => (await incidents.of('open', ref)).map(({ name }) => name)

  it('opens one, once', async () => {
    const again = ['open', ...place, '--day', '2026-10-01', ...words]
    expect((await run(...again)).failure).toMatchObject({ message: expect.stringContaining('never given twice') })
    const other = await run('open', '--brand', 'other', '--name', place[3] ?? '', '--day', '2026-10-03', ...words)
    expect(other).toMatchObject({
      out: `${place[3]} of other is open. Next: rufpass incident mark\n`,
      failure: null,
      closed: 1,
    })
    expect(await incidents.list()).toContainEqual(
      expect.objectContaining({ brand: 'other', name: place[3], day: '2026-10-03', texts, opened: NOW.toISOString() }),
    )
  })

  it.each([
    ['a brand that there is not', ['nobody', 'x', '2026-10-01'], words, /no brand 'nobody'; name one of: open, other/],
    ['a name of another form', ['open', 'Mail 1', '2026-10-01'], words, /--name: it is small letters/],
    ['no day', ['open', 'x', '2026-02-30'], words, /--day: it is a day, as 2026-10-01/],
    ['a day to come', ['open', 'x', '2026-10-04'], words, /--day: it lies in the future/],
    ['no words', ['open', 'x', '2026-10-01'], ['--text', 'de= ', '--text', 'en=b'], /--text de: it must say something/],
    ['a language too few', ['open', 'x', '2026-10-01'], ['--text', 'de=a'], /--text en: is missing; callers of 'open'/],
    ['two lines', ['open', 'x', '2026-10-01'], ['--text', 'de=a', '--text', 'en=b\nc'], /--text en: it is one line/],
    [
      'a speech',
      ['open', 'x', '2026-10-01'],
      ['--text', `de=${'a'.repeat(401)}`, '--text', 'en=b'],
      /--text de: it has at most 400/,
    ],
  ])('opens nothing for %s', async (_what, [brand = '', name = '', day = ''], said, message) => {
    const before = await incidents.list()
    const { failure, closed } = await run('open', '--brand', brand, '--name', name, '--day', day, ...said)
    expect(failure).toBeInstanceOf(IncidentError)
    expect(failure?.message).toMatch(message)
    expect([await incidents.list(), closed]).toEqual([before, 1])
  })

  it('marks a file of numbers, with odd line ends and empty lines', async () => {
    const file = numbers('\ufeff10000000\r\n\r\n 10000001 \n')
    expect(await run('mark', ...place, '--file', file)).toEqual({
      out: '2 accounts marked, 0 marked before, 0 unknown.\n',
      err: '',
      closed: 1,
      failure: null,
      code: 0,
    })
    expect(await namesOn(refs[1])).toEqual([place[3]])
    expect((await run('mark', ...place, '--file', file)).out).toBe('0 accounts marked, 2 marked before, 0 unknown.\n')
  })

  it('marks nobody when a line is wrong, names the line and not the number, or skips it when told to', async () => {
    const file = numbers('10000000\n99999999\n10000001\nAda\n')
    const refused = await run('mark', ...place, '--file', file)
    expect(refused).toMatchObject({
      code: 2,
      out: '2 numbers unknown, nobody was marked. --skip-unknown marks the others.\n',
      err: "line 2: 'open' has no customer with this number\nline 4: 'open' has no customer with this number\n",
    })
    expect(await namesOn()).toEqual([])
    const skipped = await run('mark', ...place, '--file', file, '--skip-unknown')
    expect(skipped).toMatchObject({ code: 0, out: '2 accounts marked, 0 marked before, 2 unknown.\n' })
    expect(await namesOn()).toEqual([place[3]])
  })

  it('takes a file of any size, some at a time', async () => {
    const all = Array.from({ length: 2_500 }, (_, n) => String(10_000_000 + n))
    const sizes: number[] = []
    const kept = incidents
    incidents = {
      ...kept,
      mark: (...[where, batches, options]: Parameters<IncidentBook['mark']>) => {
        const counted = async function* () {
          for await (const batch of batches) {
            sizes.push(batch.length)
            yield batch
          }
        }
        return kept.mark(where, counted(), options)
      },
    }
    try {
      const { out } = await run('mark', ...place, '--file', numbers(all.join('\n')))
      expect(out).toBe('2,500 accounts marked, 0 marked before, 0 unknown.\n')
    } finally {
      incidents = kept
    }
    expect(sizes).toEqual([1_000, 1_000, 500])
  })

  it('says what is wrong with the file, and where an incident is not open', async () => {
    const file = numbers('10000000')
    for (const [args, message] of [
      [['mark', ...place, '--file', 'nowhere.txt'], "There is no file 'nowhere.txt'."],
      [['mark', ...place, '--file', tmpdir()], 'is no file of lines'],
      [['mark', '--brand', 'open', '--name', 'nothing', '--file', file], "no open incident 'nothing'"],
      [['close', '--brand', 'other', '--name', place[3] ?? ''], 'rufpass incident list'],
    ] as const) {
      const { failure, closed } = await run(...args)
      expect(failure).toBeInstanceOf(IncidentError)
      expect(failure?.message).toContain(message)
      expect(closed).toBe(1)
    }
  })

  it('closes one, and lists what was, for people and for programs', async () => {
    await run('mark', ...place, '--file', numbers('10000000'))
    expect((await run('close', ...place)).out).toBe(`${place[3]} of open is closed; 1 account carried it.\n`)
    expect(await namesOn()).toEqual([])
    const { out } = await run('list')
    expect(out).toContain(
      `open ${place[3]} of 2026-10-01, 1 account, closed ${NOW.toISOString()}\n  de: Nicht gehackt.\n  en: Not hacked.\n`,
    )
    const json = (await run('list', '--json')).out.trim().split('\n')
    expect(json.map((text) => JSON.parse(text))).toEqual(await incidents.list())
  })
})

describe('the command', () => {
  it('opens the configured store and flows, and its errors are for people', async () => {
    const tools = await openIncidents({ database: join(mkdtempSync(join(tmpdir(), 'rufpass-incidents-')), 'db') })
    try {
      expect(tools.brands.get('rheinnetz')).toEqual(['de', 'en'])
      expect(await tools.incidents.list()).toEqual([])
    } finally {
      await tools.close()
    }
    expect(errorsForPeople.has('IncidentError')).toBe(true)
  })
})
