/** Bad files: each is a finding with file, line, column and what to do, and never anything else. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { checkSchemas, writeSchemas } from '../../src/cli/flows.ts'
import { type Finding, FlowError } from '../../src/flow/files/finding.ts'
import { stepTypes } from '../../src/flow/steps/index.ts'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { flowsDir } from './shipped.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'flows-'))
  cpSync(flowsDir, dir, { recursive: true })
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Changes one file of the shipped folder; the text to replace must be there exactly once. */
function change(file: string, from: string, to: string): void {
  const path = join(dir, file)
  const parts = readFileSync(path, 'utf8').split(from)
  if (parts.length !== 2) throw new Error(`'${from}' stands ${parts.length - 1} times in ${file}`)
  writeFileSync(path, parts.join(to))
}

function brandFiles(): string[] {
  return readdirSync(join(dir, 'brands'))
    .sort()
    .map((name) => join(dir, 'brands', name))
}

/** Those that speak the formal prompts. */
function formalBrands(): string[] {
  return brandFiles().filter((file) => /^address: formal$/m.test(readFileSync(file, 'utf8')))
}

function findingsOf(): readonly Finding[] {
  try {
    loadHotlines(dir)
  } catch (error) {
    if (!(error instanceof FlowError)) throw error
    return error.findings
  }
  return []
}

/** Line and column (from 1) of the only place where a text stands. */
function placeOf(file: string, text: string): { line: number; column: number } {
  const before = readFileSync(join(dir, file), 'utf8').split(text)
  if (before.length !== 2) throw new Error(`'${text}' stands ${before.length - 1} times in ${file}`)
  const lines = (before[0] ?? '').split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** What every message ends with or contains: something to do. */
const REMEDY =
  /correct|remove|add|put it in quotes|write|choose|name one|must be one of|split|set FLOWS_DIR|is written|means one|exchange|lead to/

function expectOnly(file: string, place: { line: number; column: number }, message: string | RegExp): void {
  const findings = findingsOf()
  expect(findings.map((finding) => finding.message)).toEqual([
    typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  ])
  expect(findings[0]).toMatchObject({ file: join(dir, file), ...place })
  expect(findings[0]?.message).toMatch(REMEDY)
  expect(findings[0]?.message).not.toMatch(/\n|\bat .+\(|undefined|\[object/)
}

describe('a file that is no YAML', () => {
  it.each([
    [
      'a bracket left open',
      'start: welcome\n',
      'start: [welcome\n',
      5,
      1,
      /still open here; write the \] that closes it/,
    ],
    ['a tab', '    prompt: greeting\n', '\tprompt: greeting\n', 8, 1, /a tab stands here, .*; write spaces/],
    [
      'a line that is moved',
      '    prompt: greeting\n',
      '   prompt: greeting\n',
      8,
      1,
      /another column .*; correct its spaces/,
    ],
    [
      'a colon left out',
      '    prompt: greeting\n',
      '    prompt greeting\n',
      8,
      5,
      /no colon follows it; write the colon/,
    ],
    [
      'a second colon',
      '    prompt: greeting\n',
      '    prompt: now: greeting\n',
      8,
      13,
      /second colon .*; put the text in quotes/,
    ],
    ['an odd first character', '    prompt: greeting\n', '    prompt: @greeting\n', 8, 13, /put it in quotes/],
    [
      'an alias of nothing',
      '    prompt: greeting\n',
      '    prompt: *greeting\n',
      8,
      13,
      /no anchor '&greeting' above; correct the name/,
    ],
    [
      'a second document',
      'start: welcome\n',
      '---\na: b\n---\nstart: welcome\n',
      6,
      1,
      /a second document begins here; remove/,
    ],
  ])('is told once, with its place and a mark under it: %s', (_what, from, to, line, column, message) => {
    change('hotline.yaml', from, to)
    expectOnly('hotline.yaml', { line, column }, message)
    const text = readFileSync(join(dir, 'hotline.yaml'), 'utf8').split('\n')[line - 1]?.replaceAll('\t', ' ')
    expect(findingsOf()[0]?.excerpt).toBe(`  ${text}\n  ${' '.repeat(column - 1)}^`)
  })

  it('is shown in part where a line is long, without what would move the cursor', () => {
    const long = `${'x'.repeat(300)}\u001b[2J`
    writeFileSync(join(dir, 'odd.yaml'), `start: "${long}" "${long}"\n`)
    const [finding] = findingsOf()
    const [shown = '', mark = ''] = finding?.excerpt?.split('\n') ?? []
    expect(shown.length).toBeLessThan(110)
    expect(shown[mark.length - 1]).toBe('"')
    expect(finding?.excerpt).not.toMatch(/[^\P{Cc}\n]/u)
  })

  it('is told of every field that stands twice', () => {
    change('hotline.yaml', '    prompt: greeting\n', '    prompt: greeting\n    prompt: goodbye\n')
    const { line } = placeOf('hotline.yaml', 'prompt: greeting')
    expectOnly('hotline.yaml', { line: line + 1, column: 5 }, /every field is unique; remove one/)
  })

  it('is told when a prompt stands twice', () => {
    change('prompts/en.yaml', 'goodbye: ', 'full: Full.\ngoodbye: ')
    expect(findingsOf()).toMatchObject([
      { file: join(dir, 'prompts/en.yaml'), message: expect.stringContaining('unique') },
    ])
  })

  it('is refused as an alias bomb, at once', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (let level = 0; level < 8; level++) {
      const [name, before] = ['bcdefghi'[level], 'abcdefgh'[level]]
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`)
    }
    writeFileSync(join(dir, 'bomb.yaml'), bomb.join('\n'))
    const before = process.cpuUsage()
    expectOnly('bomb.yaml', { line: 1, column: 1 }, 'more than 50 aliases; write the values out')
    // Written out it would be a hundred million values.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10)
  })

  it('is refused unread when it has 5 MB', () => {
    writeFileSync(join(dir, 'big.yaml'), `start: a\n${'# and so on\n'.repeat(450_000)}`)
    expectOnly('big.yaml', { line: 1, column: 1 }, /more than 1000000 characters; split it/)
  })

  it.each([
    ['empty', ''],
    ['a list', '- start\n'],
    ['a word', 'start\n'],
    ['binary', '\u0000\u0001\u0002'],
  ])('is told when it is %s', (_what, text) => {
    writeFileSync(join(dir, 'odd.yaml'), text)
    const findings = findingsOf()
    expect(findings.length).toBeGreaterThan(0)
    for (const finding of findings) {
      expect(finding).toMatchObject({ file: join(dir, 'odd.yaml'), line: 1 })
      expect(finding.message).toMatch(/must be a mapping|must be of type object|correct the YAML/)
    }
  })
})

describe('a flow', () => {
  it('is refused with an unknown field', () => {
    change('hotline.yaml', '    prompt: greeting\n', '    prompt: greeting\n    promt: greeting\n')
    expectOnly(
      'hotline.yaml',
      placeOf('hotline.yaml', 'promt'),
      `there is no field 'promt' here; remove it or correct its spelling`,
    )
  })

  it('is refused with an unknown target', () => {
    change('hotline.yaml', 'recheck: number_recheck', 'recheck: nowhere')
    const findings = findingsOf()
    expect(findings[0]).toMatchObject({
      ...placeOf('hotline.yaml', 'nowhere'),
      message: expect.stringContaining(`no step 'nowhere'`),
    })
    expect(findings).toHaveLength(1)
  })

  it('is refused with a missing exit', () => {
    change(
      'hotline.yaml',
      '    person: person\n    no_input: idle\n    no_match: person\n\n  topic_hours:',
      '    no_input: idle\n    no_match: person\n\n  topic_hours:',
    )
    expect(findingsOf()).toMatchObject([{ message: `'person' is missing; add it` }])
  })

  it('is refused with an unknown step type', () => {
    change('hotline.yaml', 'type: topic\n', 'type: topik\n')
    expectOnly('hotline.yaml', placeOf('hotline.yaml', 'topik'), `must be one of: ${Object.keys(stepTypes).join(', ')}`)
  })

  it('is refused with an exit that its branch does not have', () => {
    change('hotline.yaml', '    needs_2: pin_ready\n', '    yes: pin_ready\n')
    expectOnly('hotline.yaml', placeOf('hotline.yaml', 'pin_ready\n\n'), `a branch on 'needs' has no 'yes'; remove it`)
  })

  it('is refused when a key of a question is there twice', () => {
    const keys = '[{ press: "1", go: bye }, { press: "1", go: bye }]'
    const flow = `start: ask\nsteps:\n  ask: { type: choose, prompt: full, keys: ${keys}, no_input: bye, no_match: bye }\n  bye: { type: hang_up }\n`
    writeFileSync(join(dir, 'other.yaml'), flow)
    expectOnly('other.yaml', { line: 3, column: 79 }, 'key 1 is there twice; choose another')
  })

  it('is refused with 2,000 steps', () => {
    const steps = Array.from(
      { length: 2000 },
      (_, i) => `  s${i}: { type: say, prompt: greeting, next: s${(i + 1) % 2000} }`,
    )
    writeFileSync(join(dir, 'long.yaml'), `start: s0\nsteps:\n${steps.join('\n')}\n`)
    expectOnly('long.yaml', { line: 3, column: 3 }, 'a flow has at most 500 steps; split it')
  })

  it.each(['Number', 'größe', '9th', 'two words'])('is refused with the step name %s', (name) => {
    change('hotline.yaml', '  goodbye:\n', `  "${name}":\n    type: hang_up\n  goodbye:\n`)
    expect(findingsOf()).toMatchObject([
      { ...placeOf('hotline.yaml', `"${name}"`), message: expect.stringContaining('is no step name') },
    ])
  })
})

describe('a brand', () => {
  const file = 'brands/rheinnetz.yaml'

  it('is refused with a telephone number without quotes', () => {
    change(file, 'numbers: ["+492214710100"]', 'numbers: [+492214710100]')
    expectOnly(file, placeOf(file, '+492214710100'), `'numbers.0' must be text: put it in quotes, "+492214710100"`)
  })

  it('is refused with a key without quotes, and loses no zero in telling it', () => {
    change(file, 'name: bill, press: "1"', 'name: bill, press: 01')
    expectOnly(file, placeOf(file, '01,'), `'topics.0.press' must be text: put it in quotes, "01"`)
  })

  it('is refused with a word that YAML takes for nothing', () => {
    change(file, '    number: Kundennummer\n', '    number: Null\n')
    expectOnly(file, placeOf(file, 'Null'), `put it in quotes, "Null"`)
  })

  it('is refused with an unknown field', () => {
    change(file, 'own_line: false', 'own_line: false\nown_lines: true')
    expectOnly(file, placeOf(file, 'own_lines'), `there is no field 'own_lines' here`)
  })

  it('is refused with a key used twice', () => {
    change(file, 'press: "3"', 'press: "2"')
    expectOnly(
      file,
      { ...placeOf(file, '{ name: join'), column: 26 },
      'key 2 is used twice in the menu; choose another',
    )
  })

  it('is refused with five topics', () => {
    change(file, '  - { name: join, press: "3", needs: 0 }\n', '  - { name: join, press: "3", needs: 0 }\n'.repeat(3))
    const messages = findingsOf().map(({ message }) => message)
    expect(messages.some((message) => message.startsWith('a menu has at most four topics'))).toBe(true)
  })

  it('is refused when it is named after another file, and with an unknown flow', () => {
    change(file, 'name: rheinnetz', 'name: mainnetz')
    expectOnly(file, placeOf(file, 'mainnetz'), `must be that of the file, 'rheinnetz'`)
    change(file, 'name: mainnetz', 'name: rheinnetz')
    change(file, 'flow: hotline', 'flow: hotlin')
    expectOnly(file, { ...placeOf(file, 'hotlin\n') }, `there is no flow 'hotlin'; name one of: hotline, step-up`)
  })

  it('is refused with a called number of another brand', () => {
    change(file, '+492214710100', '+494066969200')
    const [finding] = findingsOf()
    expect(finding?.message).toMatch(/belongs to '\w+' already; a called number means one brand/)
  })

  it('is refused with a date, a level or a check that does not exist', () => {
    change(file, '"2025-03-03"', '"3.3.2025"')
    change(file, 'name: bill, press: "1", needs: 2', 'name: bill, press: "1", needs: 3')
    change(file, 'check: mod11_10', 'check: mod97')
    const findings = findingsOf()
    expect(findings.map(({ message }) => message).sort()).toEqual([
      expect.stringMatching(/^'identifiers.0.check' must be one of: mod11_10, luhn/),
      expect.stringMatching(/^'roll_out.mandatory': a date is written "YYYY-MM-DD"/),
      expect.stringMatching(/^'topics.0.needs' must be one of: 0, 1, 2/),
    ])
    for (const finding of findings) expect(finding.line).toBeGreaterThan(5)
  })
})

describe('prompts', () => {
  it('are refused when one is missing, for every brand that needs it', () => {
    change('prompts/de.formal.yaml', 'verify.failed: ', 'verify.faild: ')
    const findings = findingsOf()
    expect(findings.map(({ file }) => file)).toEqual(formalBrands())
    for (const finding of findings) {
      expect(finding.message).toBe(
        `prompt 'verify.failed' is missing in 'de'; add it to the prompt file or to this brand`,
      )
    }
  })

  it('may be those of the brand for a flow that no brand names yet', () => {
    const draft = 'start: a\nsteps:\n  a: { type: hang_up, prompt: only.here }\n'
    writeFileSync(join(dir, 'draft.yaml'), draft)
    expect(findingsOf().map(({ message }) => message)).toContain(
      `prompt 'only.here' is missing in 'de'; add it to the prompt file or to this brand`,
    )
    change(
      'brands/rheinnetz.yaml',
      'words:\n',
      'prompts: { de: { only.here: Hier }, en: { only.here: Here } }\nwords:\n',
    )
    expect(findingsOf()).toEqual([])
  })

  it('are refused with a word that the brand lacks', () => {
    change('prompts/de.formal.yaml', 'goodbye: Danke für Ihren Anruf. Auf Wiederhören.', 'goodbye: "Danke, {caller}."')
    const findings = findingsOf()
    expect(findings).toHaveLength(formalBrands().length)
    for (const finding of findings) {
      expect(finding.message).toMatch(
        /^the word 'caller' for 'goodbye' is missing in 'de'; add the word or correct the text$/,
      )
      expect(finding.message).not.toContain('\n')
      expect(finding.line).toBeGreaterThan(1)
    }
  })

  it('find no word in what every object has', () => {
    change(
      'prompts/de.formal.yaml',
      'goodbye: Danke für Ihren Anruf. Auf Wiederhören.',
      'goodbye: "Danke, {constructor}."',
    )
    expect(findingsOf()[0]?.message).toMatch(/^the word 'constructor' for 'goodbye' is missing in 'de'/)
  })

  it('are one finding for each language, with all that a brand lacks', () => {
    for (const key of ['verify.failed', 'goodbye']) change('prompts/de.formal.yaml', `\n${key}: `, `\nun.${key}: `)
    change('brands/rheinnetz.yaml', '    pin: Telefon-PIN\n', '')
    change('brands/rheinnetz.yaml', '    numbers_short: Kundennummer\n', '')
    const findings = findingsOf().filter(({ file }) => file.endsWith('rheinnetz.yaml'))
    expect(findings.map(({ message }) => message)).toEqual([
      "prompts 'verify.failed', 'goodbye' are missing in 'de'; add them to the prompt file or to this brand",
      expect.stringMatching(
        /^the words 'pin' for 'ready\.pin', .*; 'numbers_short' for 'identify\.again' are missing in 'de'; add these words or correct the text$/,
      ),
    ])
  })

  it('are refused when a brace is left open', () => {
    change('prompts/de.formal.yaml', 'goodbye: Danke für Ihren Anruf. Auf Wiederhören.', 'goodbye: "Danke, {pin."')
    expect(findingsOf()[0]?.message).toMatch(/^prompt 'goodbye' cannot be spoken in 'de'/)
  })

  it('are refused without a file for the language: once for all brands that speak it', () => {
    rmSync(join(dir, 'prompts/de.informal.yaml'))
    expect(findingsOf()).toMatchObject([
      {
        ...placeOf('brands/alpenfunk.yaml', 'de, voice'),
        file: join(dir, 'brands/alpenfunk.yaml'),
        message:
          "there is no prompt file for 'de' (informal), as for kassemobil, korbmobil, sternmobil; write prompts/de.informal.yaml or prompts/de.yaml",
      },
    ])
  })

  it('are refused when they are no text', () => {
    change('prompts/en.yaml', 'key.0: zero', 'key.0: 0')
    expectOnly('prompts/en.yaml', placeOf('prompts/en.yaml', '0\nkey.1'), `'key.0' must be text: put it in quotes, "0"`)
  })
})

describe('a folder', () => {
  it('may hold what editors leave there, and tells of files that it does not read', () => {
    symlinkSync('nobody@nowhere', join(dir, '.#hotline.yaml'))
    mkdirSync(join(dir, 'brands/old.yaml'))
    expect(findingsOf()).toEqual([])
    writeFileSync(join(dir, 'brands/new.yml'), 'name: new')
    expectOnly('brands/new.yml', { line: 1, column: 1 }, 'is not read; write .yaml')
  })

  it('may have its files behind links, as mounts have them; a link to nothing is told', () => {
    mkdirSync(join(dir, '..data'))
    for (const path of ['hotline.yaml', 'brands/alpenfunk.yaml', 'prompts/en.yaml']) {
      const target = join(dir, '..data', basename(path))
      renameSync(join(dir, path), target)
      symlinkSync(target, join(dir, path))
    }
    expect(findingsOf()).toEqual([])
    expect([...loadHotlines(dir).byBrand.keys()]).toContain('alpenfunk')
    symlinkSync('nowhere.yaml', join(dir, 'brands/another.yaml'))
    expectOnly('brands/another.yaml', { line: 1, column: 1 }, 'the file cannot be read')
  })

  it('with a file in another encoding is told so, before callers hear it', () => {
    const path = join(dir, 'prompts/de.formal.yaml')
    writeFileSync(path, readFileSync(path, 'utf8'), 'latin1')
    expectOnly('prompts/de.formal.yaml', { line: 1, column: 1 }, 'save it as UTF-8')
  })

  it.each([
    ['that is not there', ['.'], '', /^there is no such folder; .*set FLOWS_DIR to it: rufpass init makes one$/],
    ['with flows alone', ['prompts', 'brands'], '', /^there are no brands and no prompts in this folder; .*FLOWS_DIR/],
    ['without prompts', ['prompts'], 'prompts', /^there is no folder with the prompts here; .*set FLOWS_DIR/],
    ['without a folder of brands', ['brands'], 'brands', /^there is no folder with the brands here; .*set FLOWS_DIR/],
  ])('%s is told once, with what to do', (_what, gone, file, message) => {
    for (const name of gone) rmSync(join(dir, name), { recursive: true })
    expect(findingsOf()).toMatchObject([{ file: join(dir, file), message: expect.stringMatching(message) }])
    mkdirSync(dir, { recursive: true })
  })

  it('without a flow that brands name has it told once, at the first of them', () => {
    rmSync(join(dir, 'step-up.yaml'))
    expect(findingsOf()).toMatchObject([
      {
        ...placeOf('brands/alpenfunk.yaml', 'step-up'),
        file: join(dir, 'brands/alpenfunk.yaml'),
        message: expect.stringMatching(
          /^there is no flow 'step-up', as for fuldanetz, .*sternmobil; name one of: hotline; or write step-up\.yaml$/,
        ),
      },
    ])
    rmSync(join(dir, 'hotline.yaml'))
    expect(findingsOf().map(({ message }) => message.split('; ').at(-1))).toEqual([
      'write hotline.yaml',
      'write step-up.yaml',
    ])
  })

  it('without brands is refused', () => {
    for (const file of brandFiles()) rmSync(file)
    expect(findingsOf()).toMatchObject([{ message: 'there is no brand; write one as brands/<name>.yaml' }])
  })

  it('with mistakes in several files has all of them told at once', () => {
    change('brands/rheinnetz.yaml', 'own_line: false', 'own_line: perhaps')
    change('brands/fuldanetz.yaml', 'own_line: true', 'own_line: perhaps')
    expect(findingsOf().map(({ file }) => file)).toEqual([
      join(dir, 'brands/fuldanetz.yaml'),
      join(dir, 'brands/rheinnetz.yaml'),
    ])
  })
})

describe('the command', () => {
  it('finds a schema file that is not up to date, and writes it', () => {
    const quiet = (): void => {}
    expect(checkSchemas(dir, quiet)).toBe(true)
    change('prompts.schema.json', 'Prompts of Rufpass', 'Words of Rufpass')
    const lines: string[] = []
    expect(checkSchemas(dir, (line) => lines.push(line))).toBe(false)
    expect(lines).toEqual([expect.stringContaining('npx rufpass flows schema')])
    expect(writeSchemas(dir, quiet)).toBe(true)
    expect(checkSchemas(dir, quiet)).toBe(true)
  })
})

describe('a brand that cannot be meant', () => {
  it.each([
    [
      'a day that does not exist',
      'mandatory: "2025-03-03"',
      'mandatory: "2025-13-45"',
      /there is no such day; correct it/,
    ],
    [
      'a place that does not exist',
      'address: formal',
      'address: formal\ntime_zone: Europe/Berlon',
      /no such time zone; write it like/,
    ],
  ])('names %s', (_what, from, to, message) => {
    change('brands/rheinnetz.yaml', from, to)
    expect(findingsOf().map((finding) => finding.message)).toEqual([expect.stringMatching(message)])
  })

  it('overrides a prompt that nothing speaks', () => {
    change('brands/alpenfunk.yaml', '    verify.malformed: Die', '    verify.malfromed: Die')
    expect(findingsOf().map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/nothing speaks a prompt 'verify.malfromed' here; correct its spelling or remove it/),
    )
  })

  it.each([
    [
      'a topic named after the queue without data',
      'name: bill, press',
      'name: general, press',
      /no topic can have this name/,
    ],
    [
      'one key for a person and the language',
      'own_line: false',
      'own_line: false\nperson_key: "9"',
      /key 9 means a person and/,
    ],
    ['a number as short as a PIN', 'min: 6, max: 12', 'min: 4, max: 12', /as many as the pin/],
    [
      'a PIN that is announced too late',
      'announced: "2024-09-16"',
      'announced: "2025-09-16"',
      /before it is announced/,
    ],
    ['a language twice', 'code: en,', 'code: de,', /language 'de' is there twice/],
    [
      'a transfer to itself',
      'own_line: false',
      'own_line: false\ntransfers: { home: { number: "+492214710100", needs: 0 } }',
      /which this hotline answers itself/,
    ],
    [
      'a dangerous action that is none',
      'dangerous: [change_tariff, change_address]',
      'dangerous: [change_tariff, change_addres]',
      /'change_addres' is none of 'actions'; write it there, or remove it/,
    ],
    [
      'a dangerous action that is done for anybody',
      'dangerous: [change_tariff, change_address]',
      'dangerous: [take_order]',
      /'take_order' is done for anybody, so it cannot rest; give it a level, or remove it/,
    ],
    [
      'a tail for a topic that is none',
      'own_line: false',
      'own_line: false\ntail: { topics: [bill, porting] }',
      /'porting' is no topic of this brand; name one of: bill, /,
    ],
  ])('has %s', (_what, from, to, message) => {
    change('brands/rheinnetz.yaml', from, to)
    expect(findingsOf().map((finding) => finding.message)).toContainEqual(expect.stringMatching(message))
  })

  it('has two topics of one name', () => {
    change('brands/alpenfunk.yaml', '{ name: sim_lost, press: "2", needs: 0 }', '{ name: bill, press: "2", needs: 0 }')
    expect(findingsOf().map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/two topics are named 'bill'; rename one of them/),
    )
  })
})
