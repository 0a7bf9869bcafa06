/**
 * The `rufpass` command, from the build of these sources, which each run of the tests begins with: as a process of its own, or,
 * where the test is not about the process, as one of many that one process runs, for half of what a command costs is its start.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from '@jest/globals'
import { message } from './children.ts'

export const SCRIPT = fileURLToPath(new URL('../../dist/src/cli/rufpass.js', import.meta.url))
const COMMANDS = new URL('./processes/commands.mjs', import.meta.url)

export interface Ended {
  code: number | null
  out: string
  err: string
}

/** Runs a command line to its end, in an empty directory, with nothing but these settings. */
export type RunCommand = (args: string[], settings?: Record<string, string>) => Promise<Ended>

/** Starts the command in an empty directory, with nothing but these settings. */
export function startRufpass(args: string[], settings: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [SCRIPT, ...args], { cwd: emptyFolder(), env: surroundings(settings) })
}

/** A process of its own for the command. */
export const rufpass: RunCommand = (args, settings) => {
  const child = startRufpass(args, settings)
  return new Promise((resolve, reject) => {
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

/** One process for all commands of a test file, one after the other. Call it at the top level of the file. */
export function commandsOfOneProcess(): RunCommand {
  let child: ChildProcess | null = null
  let last: Promise<unknown> = Promise.resolve()
  afterAll(async () => {
    if (!child) return
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  })
  const start = (): ChildProcess => {
    const started = fork(COMMANDS, {
      execArgv: [],
      env: surroundings({}),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    // One that was killed fails its command, and the next one begins another.
    return started.once('exit', () => {
      child = null
    })
  }
  return (args, settings = {}) => {
    const running = last.then(async () => {
      child ??= start()
      const answer = message<Ended>(child)
      child.send({ args, settings: surroundings(settings), folder: emptyFolder() })
      return answer
    })
    last = running.catch(() => {})
    return running
  }
}

const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'rufpass-cli-'))

const surroundings = (settings: Record<string, string>): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, ...settings })
