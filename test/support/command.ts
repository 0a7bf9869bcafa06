/** The `rufpass` command as a process of its own, run from the TypeScript sources. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const RUNNER = new URL('./typescript.mjs', import.meta.url).href
const SCRIPT = fileURLToPath(new URL('../../src/cli/rufpass.ts', import.meta.url))

/** Starts the command in an empty directory, with nothing but these settings. */
export function startRufpass(args: string[], settings: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', '--import', RUNNER, SCRIPT, ...args], {
    cwd: mkdtempSync(join(tmpdir(), 'rufpass-cli-')),
    env: { PATH: process.env.PATH, ...settings },
  })
}

/** Runs the command to its end. */
export function rufpass(args: string[], settings: Record<string, string> = {}) {
  const child = startRufpass(args, settings)
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    let [out, err] = ['', '']
    child.stdout?.on('data', (piece) => {
      out += piece
    })
    child.stderr?.on('data', (piece) => {
      err += piece
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
