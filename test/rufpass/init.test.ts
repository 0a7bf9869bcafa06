/** `rufpass init`, as an operator runs it: the folder that it writes, and the commands that its README names. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { initFolder } from '../../src/cli/init.ts'
import { packageVersion } from '../../src/config/package-root.ts'
import { settings } from '../../src/config/settings.ts'
import { withOperatorSteps } from '../../src/flow/own-steps/operator-steps.ts'
import { loadHotlines, refuseUnsafe } from '../../src/hotlines/hotlines.ts'
import { flowsDir } from '../flow/shipped.ts'
import { rufpass } from '../support/command.ts'
import { freePort } from '../support/free-port.ts'

const built = (path: string): string => join(import.meta.dirname, '../../dist/src', path)
const home = mkdtempSync(join(tmpdir(), 'rufpass-init-'))
const dir = join(home, 'our-hotline')
const read = (path: string): string => readFileSync(join(dir, path), 'utf8')
const packed = `rufpass-${packageVersion()}.tgz`
afterAll(() => rmSync(home, { recursive: true }))

/** Starts the command in that folder, with the folder's own settings. */
function startThere(args: string[], settings: Record<string, string> = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [built('cli/rufpass.js'), ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...settings },
  })
}

interface Done {
  code: number | null
  out: string
  err: string
}

/** Runs it to its end. `seen` gets all that was printed so far. */
function ended(child: ChildProcessWithoutNullStreams, seen: (out: string) => void = () => {}): Promise<Done> {
  return new Promise((resolve, reject) => {
    let [out, err] = ['', '']
    child.stdout.on('data', (piece) => {
      out += piece
      seen(out)
    })
    child.stderr.on('data', (piece) => {
      err += piece
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

/** What a check says before it runs the step types of the folder, and nothing after it. */
const WHOSE_CODE = /^Runs the code of \S+steps\.mjs, as STEP_TYPES of \S+\.env says\.\n?$/

function there(args: string[], keyed = ''): Promise<Done> {
  const child = startThere(args)
  child.stdin.end(keyed)
  return ended(child)
}

/** As `npm install` does, with the build in place of a copy of it. */
function install(): void {
  const folder = join(dir, 'node_modules/rufpass')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "rufpass", "type": "module", "exports": "./index.js" }')
  writeFileSync(join(folder, 'index.js'), `export * from '${pathToFileURL(built('index.js')).href}'\n`)
}

describe('rufpass init', () => {
  let said: Done
  beforeAll(async () => {
    said = await rufpass(['init', dir])
  })

  it('writes flows, a brand, prompts and settings, and says what comes next', () => {
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(said.out).toContain('npx rufpass call --to musternetz')
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.map(({ name }) => name).sort()).toEqual(
      [
        ...['.env', '.gitignore', 'README.md', 'customers.csv', 'package.json', 'steps.mjs'],
        ...['hotline.yaml', 'step-up.yaml', 'musternetz.yaml'],
        ...readdirSync(join(flowsDir, 'prompts')),
        ...['brand.schema.json', 'flow.schema.json', 'prompts.schema.json', packed],
      ].sort(),
    )
    expect(JSON.parse(read('package.json')).dependencies).toEqual({ rufpass: `file:${packed}` })
    expect(statSync(join(dir, '.env')).mode & 0o077).toBe(0)
  })

  it('tells every setting with its meaning, and sets those of the folder', () => {
    const rows = Object.entries(settings.shape).map(([name, { description }]) => `# ${description}\n${name}=`)
    for (const row of rows) expect(read('.env')).toContain(row)
    expect(read('.env').match(/^[A-Z_]+=.+$/gm)).toEqual([
      'DATABASE_URL=.rufpass/db',
      'FLOWS_DIR=flows',
      'STEP_TYPES=steps.mjs',
    ])
  })

  it('leaves a folder as it is that has one of its files, and names what is in the way', async () => {
    const folder = mkdtempSync(join(home, 'taken-'))
    writeFileSync(join(folder, 'README.md'), 'mine')
    writeFileSync(join(folder, 'other.txt'), 'mine')
    const { code, out, err } = await rufpass(['init', folder])
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(`${folder} has this already, and nothing was written:\n  README.md\n`)
    expect(readdirSync(folder).sort()).toEqual(['README.md', 'other.txt'])
    expect(initFolder(join(folder, 'README.md'), { brand: 'a', language: 'de', version: '0' })).toHaveLength(1)
  })

  it('takes another name and language, and refuses what is no name', async () => {
    const folder = join(home, 'another')
    expect(initFolder(folder, { brand: 'linden_fon', language: 'en', version: '0' })).toEqual([])
    const hotlines = loadHotlines(join(folder, 'flows'))
    expect(() => refuseUnsafe(hotlines)).not.toThrow()
    const brand = hotlines.byBrand.get('linden_fon')?.brand
    expect(brand?.languages.map(({ code }) => code)).toEqual(['en', 'de'])
    expect(brand?.words.de?.brand).toBe('Linden Fon')
    expect((await rufpass(['init', join(home, 'x'), '--brand', 'Linden'])).err).toContain('small letters')
  })

  it('needs Rufpass installed beside the step types, and says so', async () => {
    const { code, err } = await there(['flows', 'check'])
    expect([code, err.trimEnd().split('\n')]).toEqual([
      1,
      [expect.stringMatching(WHOSE_CODE), expect.stringMatching(/steps\.mjs .*npm install$/)],
    ])
  })

  it('passes the check as it is, from wherever it is checked', async () => {
    expect(await rufpass(['flows', 'check'], { FLOWS_DIR: join(dir, 'flows') })).toMatchObject({ code: 0, err: '' })
    install()
    expect(await there(['flows', 'check'])).toMatchObject({ code: 0, err: expect.stringMatching(WHOSE_CODE) })
  })

  it('comes with a step type that passes the check when it is used as its comment says', async () => {
    const comment = read('steps.mjs').replace(/^\/\/ ?/gm, '')
    const [step, words] = [/^ {2}notice:\n( {4}.*\n)+/m, /^ {2}prompts:\n( {4}.*\n)+/m].map(
      (form) => form.exec(comment)?.[0],
    )
    const flow = read('flows/hotline.yaml').replace('next: written', 'next: notice')
    writeFileSync(join(dir, 'flows/hotline.yaml'), `${flow}${step}`)
    const unindented = words?.replace(/^ {2}/gm, '')
    writeFileSync(join(dir, 'flows/brands/musternetz.yaml'), `${read('flows/brands/musternetz.yaml')}${unindented}`)
    expect(await there(['flows', 'check'])).toMatchObject({ code: 0, err: expect.stringMatching(WHOSE_CODE) })
    // Without the step types the flow is none.
    expect(() => refuseUnsafe(loadHotlines(join(dir, 'flows'), withOperatorSteps()))).toThrow(/must be one of: say/)
  })

  it('has every command know that step type', async () => {
    const commands = [['schema'], ['budget'], ['graph', '--dot'], ['break']].map((args) => there(['flows', ...args]))
    for (const done of await Promise.all(commands))
      expect(done).toMatchObject({ code: 0, err: expect.stringMatching(WHOSE_CODE) })
    expect(read('flows/flow.schema.json')).toContain('notice_for')
    expect(await there(['flows', 'schema', '--check'])).toMatchObject({ code: 0 })
  })

  it('has a customer who can phone in and be verified, and hears the notice about their topic alone', async () => {
    expect(await there(['accounts', 'import', 'customers.csv'])).toMatchObject({ code: 0, err: '' })
    const { code, out } = await there(['call', '--to', 'musternetz'], '1\n407182632#\n4826\nh\n')
    expect(code).toBe(0)
    expect(out).toContain('queue musternetz.bill')
    expect(out).toContain('level 2, method pin')
    expect(out).not.toContain('Internet gestört')
    expect((await there(['call', '--to', 'musternetz'], '2\nh\n')).out).toContain('Internet gestört')
  })

  it('starts, tells which number to call, and stops when it is asked to', async () => {
    const child = startThere(['start'], { PORT: String(await freePort()) })
    // Once: asked again it stops at once, whatever is said meanwhile.
    let isAsked = false
    const done = await ended(child, (out) => {
      if (!isAsked && out.includes('Stop with Ctrl+C.')) isAsked = child.kill('SIGTERM')
    })
    expect(done).toMatchObject({ code: 0, err: '' })
    expect(done.out).toContain('npx rufpass call --to musternetz ')
  })
})
