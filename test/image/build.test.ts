/** The build script, on a copy of the sources. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freePort } from '../support/free-port.ts'

const root = join(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'rufpass-build-'))
const at = (path: string): string => join(home, path)
beforeAll(() => {
  const made = ['src', '.ci', 'tsconfig.json', 'package.json', 'package-lock.json', 'flows']
  for (const name of made) cpSync(join(root, name), at(name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), at('node_modules'))
})
afterAll(() => rmSync(home, { recursive: true }))

interface Done {
  code: number | null
  out: string
}

function begin(script: string, settings: Record<string, string> = {}): { child: ChildProcess; done: Promise<Done> } {
  const child = spawn(process.execPath, [at(script)], { cwd: home, env: { PATH: process.env.PATH, ...settings } })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      out += piece
    })
  }
  return { child, done: new Promise((resolve) => child.on('close', (code) => resolve({ code, out }))) }
}

const build = (): Promise<Done> => begin('.ci/build.mjs').done
const builds = (): string[] => readdirSync(home).filter((name) => name.startsWith('dist'))
const made = (): number => statSync(at('dist/made-from')).ino

describe('npm start', () => {
  it('tells that the port is in use before it builds', async () => {
    const port = await freePort()
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    const { code, out } = await begin('.ci/start.mjs', { PORT: String(port) }).done
    expect([code, out]).toEqual([1, expect.stringMatching(/^The port is in use, .* set PORT to another\.\n$/)])
    expect(builds()).toEqual([])
    await new Promise((resolve) => other.close(resolve))
  })
})

describe('the build', () => {
  it('may be begun twice at once, and is whole afterwards', async () => {
    for (const { code, out } of await Promise.all([build(), build()])) {
      expect([code, out]).toEqual([0, expect.stringMatching(/^Building: .*\nBuilt in [\d.]+ s\.\n$/)])
    }
    expect(builds()).toEqual(['dist'])
    for (const file of ['src/main.js', 'src/index.d.ts', 'src/cli/rufpass.js', 'pages/desk/index.html'])
      expect([file, existsSync(at(`dist/${file}`))]).toEqual([file, true])
    expect(statSync(at('dist/src/cli/rufpass.js')).mode & 0o111).toBe(0o111)
  })

  it('leaves one of the same sources as it is', async () => {
    const before = made()
    expect(await build()).toEqual({ code: 0, out: '' })
    expect(made()).toBe(before)
  })

  it('that was killed leaves the old one, and the next one builds', async () => {
    const before = made()
    writeFileSync(at('src/new.ts'), 'export const made = 1\n')
    const { child, done } = begin('.ci/build.mjs')
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    child.kill('SIGKILL')
    await done
    expect(made()).toBe(before)
    expect((await build()).code).toBe(0)
    expect(readFileSync(at('dist/src/new.js'), 'utf8')).toContain('made = 1')
  })

  it('of sources that cannot be built fails, and the old one is still there', async () => {
    const before = made()
    writeFileSync(at('src/new.ts'), 'export const = \n')
    const { code, out } = await build()
    expect([code, out]).toEqual([1, expect.stringContaining('src/new.ts')])
    expect(made()).toBe(before)
    expect(existsSync(at('dist/src/main.js'))).toBe(true)
  })
})
