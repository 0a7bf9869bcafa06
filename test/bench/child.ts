/**
 * The admin channel between the bench and the servers it measures: their CPU time and memory, asked over IPC, so that
 * asking is not among the requests. A server runs on one core of its own where `taskset` is there.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** What a server under measurement can be asked for. */
export interface Questions {
  /** CPU time since its start in microseconds, user and system, all threads. */
  cpu: number
  /** Resident memory in bytes. */
  memory: number
  /** CPU time of one verify with argon2id in microseconds, measured alone. */
  verify: number
}

export interface Child {
  port: number
  ask(question: keyof Questions): Promise<number>
  stop(): Promise<void>
}

export interface ChildOptions {
  env: Record<string, string>
  /** Core to pin it to; null leaves it to the system. */
  core: number | null
  /** Where a CPU profile goes when it stops; null for none. */
  profileTo: string | null
}

/** Starts a file of this folder and resolves once it listens. */
export async function startChild(file: string, { env, core, profileTo }: ChildOptions): Promise<Child> {
  const profile = profileTo === null ? [] : ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${profileTo}`]
  const node = [process.execPath, '--no-warnings', ...profile, join(import.meta.dirname, file)]
  const [command = '', ...args] = core === null ? node : ['taskset', '-c', `${core}`, ...node]
  // What it logs is written, as in operation, and thrown away by the system.
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const port = await told(child)
  return {
    port,
    async ask(question) {
      const answer = told(child)
      child.send(question)
      return answer
    },
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.disconnect()
      }),
  }
}

/** The next number that the child says. Only one question is ever under way. */
function told(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('a server of the bench ended; its own words are above'))
    child.once('exit', ended)
    child.once('message', (answer: number) => {
      child.off('exit', ended)
      resolve(answer)
    })
  })
}

/** The other end: says the port, answers questions, and ends the process when the bench is gone. */
export function answerTo(port: number, more: { verify?: () => Promise<number>; close: () => Promise<void> }): void {
  const answers: { [Name in keyof Questions]: () => number | Promise<number> } = {
    cpu: cpuSoFar,
    memory: () => process.memoryUsage.rss(),
    verify: more.verify ?? (() => 0),
  }
  process.on('message', async (question: keyof Questions) => process.send?.(await answers[question]()))
  process.on('disconnect', () => void more.close().finally(() => process.exit(0)))
  process.send?.(port)
}

/** CPU time of this process in microseconds. */
export function cpuSoFar(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
