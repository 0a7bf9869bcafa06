/** `rufpass flows check`, as authors and editors run it, and the start that refuses. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { readConfig } from '../../src/config/config.ts'
import { rules } from '../../src/flow/files/finding.ts'
import { createLog } from '../../src/log/log.ts'
import { serve } from '../../src/server/serve.ts'
import { parseTranscript } from '../../src/simulator/script/transcript.ts'
import { flowsDir } from '../flow/shipped.ts'
import { commandsOfOneProcess, SCRIPT } from '../support/command.ts'
import { smallFolders } from './small-folders.ts'

const rufpass = commandsOfOneProcess()
const folder = smallFolders()

describe('rufpass flows check', () => {
  it('says in four lines what was proved of the shipped flows', async () => {
    const { code, out, err } = await rufpass(['flows', 'check', flowsDir])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /: nothing to correct\.\n2 flows, 6 brands; [\d,]{5,} states and [\d,]{5,} exchanges explored in /,
    )
    expect(out).toMatch(/at most 3 PIN tries, 3 number entries and \d+ turns;\nthe longest lasts \d+ min \d+ s/)
  })

  // All that may be asked about a folder of others.
  const lookers = ['flows check .', 'flows graph .', 'flows schema --dir . --check', 'policy', 'lab', 'doctor']
  it.each(lookers)(
    'says whose code it runs before it does, where only the .env of the folder names it: %s',
    async (command) => {
      writeFileSync(join(folder.dir, 'steps.mjs'), "throw new Error('broke')\n")
      writeFileSync(join(folder.dir, '.env'), 'STEP_TYPES=steps.mjs\n')
      const child = spawn(process.execPath, [SCRIPT, ...command.split(' ')], {
        cwd: folder.dir,
        env: { PATH: process.env.PATH },
      })
      let out = ''
      let err = ''
      child.stdout.on('data', (piece) => {
        out += piece
      })
      child.stderr.on('data', (piece) => {
        err += piece
      })
      const [code] = await once(child, 'close')
      expect(code).toBe(1)
      const module = join(realpathSync(folder.dir), 'steps.mjs')
      expect(
        err.startsWith(
          `Runs the code of ${module}, as STEP_TYPES of ${join(realpathSync(folder.dir), '.env')} says.\n`,
        ),
      ).toBe(true)
      expect(out + err).toContain('steps.mjs cannot be loaded: broke')
    },
  )

  it('ends with 1 and shows file, line, rule, brands and the call', async () => {
    const brand = readFileSync(join(folder.dir, 'brands/small.yaml'), 'utf8')
    const other = brand.replace('name: small', 'name: little').replace('+4930231250', '+4930231251')
    writeFileSync(join(folder.dir, 'brands/little.yaml'), other)
    folder.break()
    const { code, out, err } = await rufpass(['flows', 'check', folder.dir])
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toContain(
      `hotline.yaml:${folder.lineOfMistake()}:13 [level]\n  A caller with a keyed number alone comes to `,
    )
    expect(out).toContain(`  Rule: ${rules.level.says}`)
    expect(out).toContain('  Brands: little, small.')
    expect(out).toMatch(/ {4}called: \+\d+\n/)
    expect(out).toMatch(/1 finding in .*docs\/flows\.md/)
  })

  it('gives all of it to programs, and saves calls that can be played', async () => {
    folder.break()
    const calls = join(folder.dir, 'calls')
    const { code, out } = await rufpass(['flows', 'check', '--json', '--save', calls, folder.dir])
    expect(code).toBe(1)
    const told = JSON.parse(out)
    expect(told).toMatchObject({ ok: false, folder: folder.dir, summary: { brands: 1, most: { tries: 3 } } })
    expect(told.findings).toMatchObject([
      {
        code: 'level',
        file: folder.flow,
        line: folder.lineOfMistake(),
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
    const played = await rufpass(['call', '--play', join(calls, file ?? '')], { FLOWS_DIR: folder.dir })
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
    writeFileSync(join(folder.dir, 'other.yaml'), text)
    const told = await rufpass(['flows', 'check', folder.dir])
    expect(told).toMatchObject({ code: 1, err: '' })
    expect(told.out).toMatch(new RegExp(`other\\.yaml:\\d+:\\d+ \\[${code}\\]\n {2}.+`))
    expect(told.out).toMatch(/correct|remove|quotes|split|write|name one/i)
    expect(told.out).not.toMatch(/\n\s+at |undefined|\[object/)
  })

  it('shows the place of what is no YAML, in colour where that is wanted, and the same text without', async () => {
    writeFileSync(join(folder.dir, 'other.yaml'), 'start: bye\nsteps:\n  bye: type: hang_up\n')
    const plain = await rufpass(['flows', 'check', folder.dir])
    expect(plain.out).toMatch(
      /other\.yaml:3:8 \[yaml\]\n {4}bye: type: hang_up\n {9}\^\n {2}A second colon .*\n {2}Put the text in quotes, .*\n {2}Unsafe: no server starts with this\.\n/,
    )
    expect(plain.out).toMatch(/1 finding in .*, 1 of them unsafe: no server starts with these flows\./)
    expect(plain.out).not.toContain('\u001b')
    const coloured = await rufpass(['flows', 'check', folder.dir], { FORCE_COLOR: '1' })
    expect(coloured.out).toContain('\u001b[31m[yaml]\u001b[39m')
    expect(stripVTControlCharacters(coloured.out)).toBe(plain.out)
    expect((await rufpass(['flows', 'check', folder.dir], { NO_COLOR: '1' })).out).toBe(plain.out)
  })

  it('proves a flow that no brand names yet, with the brands that it fits', async () => {
    writeFileSync(
      join(folder.dir, 'draft.yaml'),
      'start: a\nsteps:\n  a: { type: say, prompt: hello, next: b }\n  b: { type: say, prompt: bye, next: a }\n',
    )
    const { code, out } = await rufpass(['flows', 'check', folder.dir])
    expect(code).toBe(1)
    expect(out).toMatch(/draft\.yaml:\d+:\d+ \[loop\]/)
  })
})

describe('a server', () => {
  it('does not start with an unsafe finding, and says which', async () => {
    folder.break()
    const config = readConfig({ DATABASE_URL: 'memory:', FLOWS_DIR: folder.dir })
    const log = createLog({ level: 'error', to: { write: () => {} } })
    await expect(serve({ ...config, port: 0 }, { log })).rejects.toThrow(
      `hotline.yaml:${folder.lineOfMistake()}:13 [level] a caller`,
    )
  })
})
