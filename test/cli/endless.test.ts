/** What has no end, or none in sight, is refused by all that read a file as a whole, or line by line: a pipe, a device, ten gigabytes. */
import { execFileSync } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { askPassword } from '../../src/cli/ask-password.ts'
import { registerCall } from '../../src/cli/call.ts'
import { registerPins } from '../../src/cli/pins.ts'
import { spooled } from '../../src/cli/spooled-input.ts'
import { readKeyFile } from '../../src/config/key-file.ts'
import { environmentOf, readSettings } from '../../src/config/read-settings.ts'
import { FlowError } from '../../src/flow/files/finding.ts'
import { loadStepTypes } from '../../src/hotlines/load-step-types.ts'
import { readAll } from '../../src/hotlines/read-files.ts'
import { MOST_BYTES, NotWhole, readWhole } from '../../src/seams/whole-file.ts'
import { ENDLESS_LINE, readLines } from '../../src/store/import/lines.ts'

const TEN_GIGABYTES = 10 * 2 ** 30

let folder: string
/** Each in a folder of its own, under the name that a reader wants. */
const endless = {
  /** Into which nobody writes. */
  pipe: (file: string) => void execFileSync('mkfifo', ['-m', '600', file]),
  device: (file: string) => symlinkSync('/dev/zero', file),
  large(file: string) {
    writeFileSync(file, '', { mode: 0o600 })
    // Nothing is written: it has a length and no blocks.
    truncateSync(file, TEN_GIGABYTES)
  },
} as const
type Kind = keyof typeof endless
const kinds = Object.keys(endless) as Kind[]

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rufpass-endless-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function placed(kind: Kind, name: string): { file: string; dir: string } {
  const dir = mkdtempSync(join(folder, 'one-'))
  const file = join(dir, name)
  endless[kind](file)
  return { file, dir }
}

async function sentenceOf(read: () => unknown): Promise<string> {
  try {
    await read()
  } catch (error) {
    if (error instanceof FlowError) return error.findings.map(({ message }) => message).join(' ')
    return String((error as Error).message)
  }
  return 'read'
}

async function printedBy(register: (program: Command, output: PassThrough) => void, args: string[]): Promise<string> {
  const output = new PassThrough()
  const program = new Command().exitOverride()
  register(program, output)
  await program.parseAsync(args, { from: 'user' })
  process.exitCode = 0
  return String(output.read() ?? '')
}

const nobody = () => Promise.reject(new Error('nobody is asked'))

/** Each with the name of its file, and how it is read; gives the sentence that it is refused with. */
const readers: [what: string, name: string, read: (at: { file: string; dir: string }) => Promise<string>][] = [
  ['.env', '.env', ({ dir }) => sentenceOf(() => environmentOf({ directory: dir, environment: {} }))],
  ['a file of a setting', 'keys', ({ file }) => sentenceOf(() => problemsOf(file))],
  ['a file of flows', 'a.yaml', ({ dir }) => sentenceOf(() => findingsIn(dir))],
  [
    'a transcript',
    'call.txt',
    ({ file }) => printedBy((program, output) => calls(program, output), ['call', '--play', file]),
  ],
  [
    'a list of letters',
    'ids.txt',
    ({ file }) => sentenceOf(() => printedBy(pins, ['pins', 'undeliverable', '--file', file])),
  ],
]

function problemsOf(file: string): void {
  throw new Error(readSettings({ SUBJECT_KEY_FILE: file }).problems.join(' '))
}
function findingsIn(dir: string): void {
  const { findings } = readAll(dir, () => null)
  if (findings.length > 0) throw new FlowError(findings)
  // A pipe or a device is no YAML file of a folder unless a link leads there.
  throw new Error('no ordinary file, and left out')
}
function calls(program: Command, output: PassThrough): void {
  registerCall(program, {
    input: new PassThrough(),
    output,
    hotlines: () => [],
    remote: nobody as never,
    startLocal: nobody,
  })
}
function pins(program: Command): void {
  const tools = { db: null as never, verifier: null as never, brands: new Map(), close: async () => {} }
  registerPins(program, async () => tools, { out: () => {}, err: () => {}, now: () => new Date() } as never)
}

describe.each(readers)('%s', (_what, name, read) => {
  it.each(kinds)('that is a %s is refused by a sentence', async (kind) => {
    const said = await read(placed(kind, name))
    expect(said).toMatch(kind === 'large' ? /is larger than \d+ MB/ : /no ordinary file/)
  })
})

it.each(kinds)('a key file that is a %s is refused by a sentence', async (kind) => {
  const said = await sentenceOf(() => readKeyFile(placed(kind, 'db.keys').file))
  // A device is everybody's, and refused for that.
  const why = { pipe: /no ordinary file/, device: /may be read by others/, large: /is larger than 1 MB/ }
  expect(said).toMatch(why[kind])
})

it('step types of an operator are no pipe', async () => {
  expect(await sentenceOf(() => loadStepTypes(placed('pipe', 'steps.mjs').file))).toMatch(/no ordinary file/)
})

describe('what is read line by line', () => {
  const LINE = /^Line 1 has no end within 16 MB: this is no file of lines\.$/

  it('ends where a line has none: customers, tickets, incidents, events', async () => {
    const read = async (): Promise<void> => {
      for await (const _ of readLines('/dev/zero'));
    }
    expect(await sentenceOf(read)).toMatch(LINE)
  })

  it('says in which line', async () => {
    const pieces = async function* () {
      yield Buffer.from('a\nb\nc')
      for (let sent = 0; sent <= ENDLESS_LINE; sent += 65_536) yield Buffer.alloc(65_536, 'x')
    }
    const read = async (): Promise<void> => {
      for await (const _ of readLines(pieces));
    }
    expect(await sentenceOf(read)).toMatch(/^Line 3 /)
  })

  it('is no password', async () => {
    const input = createReadStream('/dev/zero')
    expect(await askPassword({ input, out: new PassThrough() })).toBeNull()
    input.destroy()
  })

  it('fills no disk from the standard input', async () => {
    expect(await sentenceOf(() => spooled(createReadStream('/dev/zero')))).toMatch(LINE)
  })
})

describe('a whole file', () => {
  it('may be as large as it may, and no byte more', () => {
    const file = join(folder, 'whole')
    writeFileSync(file, 'x'.repeat(10_000))
    expect(readWhole(file, 10_000)).toHaveLength(10_000)
    expect(() => readWhole(file, 9_999)).toThrow(NotWhole)
    writeFileSync(file, '')
    expect(readWhole(file, 0)).toHaveLength(0)
  })

  it('is read also where it says that it is empty, as those of the kernel do', () => {
    expect(readWhole('/proc/self/status', MOST_BYTES.settings).length).toBeGreaterThan(100)
  })

  it('that is a folder is what the system says', () => {
    expect(() => readWhole(folder, 1)).toThrow(/EISDIR/)
  })
})
