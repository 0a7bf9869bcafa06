/** `rufpass flows check` and `break`, as authors and editors run them, and the start that refuses. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readConfig } from '../../src/config/config.ts'
import { rules } from '../../src/flow/files/finding.ts'
import { createLog } from '../../src/log/log.ts'
import { serve } from '../../src/server/serve.ts'
import { parseTranscript } from '../../src/simulator/script/transcript.ts'
import { leaveBrand } from '../flow/one-brand.ts'
import { flowsDir } from '../flow/shipped.ts'
import { writeSmallFolder } from '../flow/small-folder.ts'
import { commandsOfOneProcess, SCRIPT, startRufpass } from '../support/command.ts'
import { freePort } from '../support/free-port.ts'

const rufpass = commandsOfOneProcess()
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'flows-'))
  writeSmallFolder(dir)
})
afterEach(() => rmSync(dir, { recursive: true }))

const flow = () => join(dir, 'hotline.yaml')

/** The mistake of the README: a caller who has no PIN to hand is treated as if they had keyed it. */
function break_(): void {
  const text = readFileSync(flow(), 'utf8')
  writeFileSync(
    flow(),
    text.replace('    refused: general\n    no_pin: general\n', `    refused: general\n${MISTAKE}\n`),
  )
}

const MISTAKE = '    no_pin: verified'

/** Where the mistake stands. */
function lineOfMistake(): number {
  const line = readFileSync(flow(), 'utf8').split('\n').indexOf(MISTAKE)
  if (line < 0) throw new Error('the mistake was not made')
  return line + 1
}

describe('rufpass flows check', () => {
  it('says in four lines what was proved of the shipped flows', async () => {
    const { code, out, err } = await rufpass(['flows', 'check', flowsDir])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /: nothing to correct\.\n2 flows, 6 brands; [\d,]{5,} states and [\d,]{5,} exchanges explored in /,
    )
    expect(out).toMatch(/at most 3 PIN tries, 3 number entries and \d+ turns;\nthe longest lasts \d+ min \d+ s/)
  })

  it('says whose code it runs before it does, where only the .env of the folder names it', async () => {
    writeFileSync(join(dir, 'steps.mjs'), "throw new Error('broke')\n")
    writeFileSync(join(dir, '.env'), 'STEP_TYPES=steps.mjs\n')
    const child = spawn(process.execPath, [SCRIPT, 'flows', 'check', '.'], {
      cwd: dir,
      env: { PATH: process.env.PATH },
    })
    let err = ''
    child.stderr.on('data', (piece) => {
      err += piece
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(1)
    const module = join(realpathSync(dir), 'steps.mjs')
    expect(
      err.startsWith(`Runs the code of ${module}, as STEP_TYPES of ${join(realpathSync(dir), '.env')} says.\n`),
    ).toBe(true)
    expect(err).toContain('steps.mjs cannot be loaded: broke')
  })

  it('ends with 1 and shows file, line, rule, brands and the call', async () => {
    const brand = readFileSync(join(dir, 'brands/small.yaml'), 'utf8')
    const other = brand.replace('name: small', 'name: little').replace('+4930231250', '+4930231251')
    writeFileSync(join(dir, 'brands/little.yaml'), other)
    break_()
    const { code, out, err } = await rufpass(['flows', 'check', dir])
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toContain(`hotline.yaml:${lineOfMistake()}:13 [level]\n  A caller with a keyed number alone comes to `)
    expect(out).toContain(`  Rule: ${rules.level.says}`)
    expect(out).toContain('  Brands: little, small.')
    expect(out).toMatch(/ {4}called: \+\d+\n/)
    expect(out).toMatch(/1 finding in .*docs\/flows\.md/)
  })

  it('gives all of it to programs, and saves calls that can be played', async () => {
    break_()
    const calls = join(dir, 'calls')
    const { code, out } = await rufpass(['flows', 'check', '--json', '--save', calls, dir])
    expect(code).toBe(1)
    const told = JSON.parse(out)
    expect(told).toMatchObject({ ok: false, folder: dir, summary: { brands: 1, most: { tries: 3 } } })
    expect(told.findings).toMatchObject([
      {
        code: 'level',
        file: flow(),
        line: lineOfMistake(),
        column: 13,
        rule: rules.level.says,
        severity: 'unsafe',
        brands: expect.any(Array),
      },
    ])
    const [file, ...others] = readdirSync(calls)
    expect([file, others]).toEqual(['1-level.txt', []])
    const text = readFileSync(join(calls, file ?? ''), 'utf8')
    expect(text).toBe(told.findings[0].transcript)
    expect(parseTranscript(text).lines.length).toBeGreaterThan(10)
    const played = await rufpass(['call', '--play', join(calls, file ?? '')], { FLOWS_DIR: dir })
    expect(played.out).toContain('1-level.txt: as written.')
    expect(played.code).toBe(0)
  })

  it.each([
    ['a syntax error', 'steps: [', 'yaml'],
    ['an alias bomb', `a: &a [x, x, x]\nb: [${Array(60).fill('*a').join(', ')}]\n`, 'yaml'],
    ['5 MB', `start: a\n${'# and so on\n'.repeat(450_000)}`, 'yaml'],
    ['an unknown field', 'start: bye\nsteps: { bye: { type: hang_up, promt: x } }', 'field'],
    [
      'digits without quotes',
      'start: a\nsteps: { a: { type: choose, prompt: x, keys: [{ press: 01, go: a }], no_input: a, no_match: a } }',
      'field',
    ],
    [
      '2,000 steps',
      `start: s0\nsteps:\n${Array.from({ length: 2000 }, (_, n) => `  s${n}: { type: hang_up }`).join('\n')}\n`,
      'field',
    ],
    ['an unknown target', 'start: nowhere\nsteps: { bye: { type: hang_up } }', 'name'],
    ['a key twice', 'start: bye\nstart: bye\nsteps: { bye: { type: hang_up } }', 'yaml'],
  ])('tells of %s with its place and a remedy, and no stack', async (_what, text, code) => {
    writeFileSync(join(dir, 'other.yaml'), text)
    const told = await rufpass(['flows', 'check', dir])
    expect(told).toMatchObject({ code: 1, err: '' })
    expect(told.out).toMatch(new RegExp(`other\\.yaml:\\d+:\\d+ \\[${code}\\]\n {2}.+`))
    expect(told.out).toMatch(/correct|remove|quotes|split|write|name one/i)
    expect(told.out).not.toMatch(/\n\s+at |undefined|\[object/)
  })

  it('shows the place of what is no YAML, in colour where that is wanted, and the same text without', async () => {
    writeFileSync(join(dir, 'other.yaml'), 'start: bye\nsteps:\n  bye: type: hang_up\n')
    const plain = await rufpass(['flows', 'check', dir])
    expect(plain.out).toMatch(
      /other\.yaml:3:8 \[yaml\]\n {4}bye: type: hang_up\n {9}\^\n {2}A second colon .*\n {2}Put the text in quotes, .*\n {2}Unsafe: no server starts with this\.\n/,
    )
    expect(plain.out).toMatch(/1 finding in .*, 1 of them unsafe: no server starts with these flows\./)
    expect(plain.out).not.toContain('\u001b')
    const coloured = await rufpass(['flows', 'check', dir], { FORCE_COLOR: '1' })
    expect(coloured.out).toContain('\u001b[31m[yaml]\u001b[39m')
    expect(stripVTControlCharacters(coloured.out)).toBe(plain.out)
    expect((await rufpass(['flows', 'check', dir], { NO_COLOR: '1' })).out).toBe(plain.out)
  })

  it('proves a flow that no brand names yet, with the brands that it fits', async () => {
    writeFileSync(
      join(dir, 'draft.yaml'),
      'start: a\nsteps:\n  a: { type: say, prompt: hello, next: b }\n  b: { type: say, prompt: bye, next: a }\n',
    )
    const { code, out } = await rufpass(['flows', 'check', dir])
    expect(code).toBe(1)
    expect(out).toMatch(/draft\.yaml:\d+:\d+ \[loop\]/)
  })

  it('checks again whenever a file is saved', async () => {
    const child = startRufpass(['flows', 'check', '--watch', dir])
    let out = ''
    child.stdout?.on('data', (piece) => {
      out += piece
    })
    const until = async (wanted: RegExp, save = (): void => {}): Promise<void> => {
      for (save(); !wanted.test(out); save()) await new Promise((resolve) => setTimeout(resolve, 200))
    }
    try {
      await until(/nothing to correct/)
      const text = readFileSync(flow(), 'utf8')
      // The watch begins some time after the first check; saved often enough, the mistake is seen.
      await until(/\[level\]/, break_)
      await until(/\[level\][\s\S]*nothing to correct/, () => writeFileSync(flow(), text))
    } finally {
      child.kill()
    }
  })
})

describe('rufpass flows break', () => {
  it('makes a mistake in a copy, finds it, and plays the call on the real server', async () => {
    rmSync(dir, { recursive: true })
    cpSync(flowsDir, dir, { recursive: true })
    leaveBrand(dir, 'rheinnetz')
    const before = readFileSync(flow(), 'utf8')
    // A link of the folder's is none of the copy's: nothing is written through it.
    renameSync(flow(), join(dir, 'hotline'))
    symlinkSync(join(dir, 'hotline'), flow())
    const { code, out, err } = await rufpass(['flows', 'break', dir])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('  - no_pin: no_pin\n  + no_pin: queue_verified')
    expect(out).toContain('[level] a caller with a keyed number alone comes to')
    expect(out).toContain('=>  queue rheinnetz.general')
    expect(out).toContain('the server does not start')
    expect(readFileSync(flow(), 'utf8')).toBe(before)
  })

  it('takes another edge, and says what is wrong with one that is not there', async () => {
    const loop = await rufpass(['flows', 'break', '--edge', 'menu.no_match', '--to', 'welcome', dir])
    expect(loop.out).toContain('[loop]')
    const none = await rufpass(['flows', 'break', '--edge', 'menu.nothing', '--to', 'welcome', dir])
    expect(none.code).toBe(1)
    expect(none.err).toContain("Step 'menu' has no exit 'nothing'")
    expect(none.err).not.toMatch(/\n\s+at /)
  })
})

describe('a server', () => {
  it('does not start with an unsafe finding, and says which', async () => {
    break_()
    const config = readConfig({ DATABASE_URL: 'memory:', FLOWS_DIR: dir })
    const log = createLog({ level: 'error', to: { write: () => {} } })
    await expect(serve({ ...config, port: 0 }, { log })).rejects.toThrow(
      `hotline.yaml:${lineOfMistake()}:13 [level] a caller`,
    )
  })

  it('starts with a warning and says so, in the log and for people, and the check fails', async () => {
    writeFileSync(flow(), `${readFileSync(flow(), 'utf8')}  farewell: { type: hang_up, prompt: bye }\n`)
    const checked = await rufpass(['flows', 'check', dir])
    expect(checked).toMatchObject({ code: 1, err: '' })
    expect(checked.out).toMatch(/ \[step\]\n {2}No call comes to 'farewell'\.\n.*\n {2}Warning: calls are safe/)
    expect(checked.out).toMatch(/1 finding in .*, none of them unsafe: a server starts, and says so\./)

    const settings = { DATABASE_URL: 'memory:', FLOWS_DIR: dir, DEMO: 'off', PORT: String(await freePort()) }
    const child = startRufpass(['start'], settings)
    let [out, err] = ['', '']
    child.stdout?.on('data', (piece) => {
      out += piece
    })
    const warned = new Promise<void>((resolve) => {
      child.stderr?.on('data', (piece) => {
        err += piece
        if (err.endsWith('npx rufpass flows check\n\n')) resolve()
      })
      child.on('close', () => resolve())
    })
    await warned
    child.kill('SIGTERM')
    expect(out).toContain('Stop with Ctrl+C.')
    expect(out).toMatch(/"level":"warn".*"reason":"step","count":1.*rufpass flows check|"count":1.*"reason":"step"/)
    expect(err).toMatch(
      /^\nWARNING: these flows are served with 1 finding\. .*\n {2}\S+hotline\.yaml:\d+:3 \[step\] no call comes to 'farewell'; .*\nCorrect /,
    )
  })
})
