/** The `rufpass` command as a process of its own, from the build of these sources, which each run of the tests begins with. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('../../dist/src/cli/rufpass.js', import.meta.url))

/** Starts the command in an empty directory, with nothing but these settings. */
export function startRufpass(args: string[], settings: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [SCRIPT, ...args], {
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
