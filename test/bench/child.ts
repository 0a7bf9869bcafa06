/**
 * The admin channel between the bench and the servers it measures: their CPU time and memory, asked over IPC, so that
 * asking is not among the requests. A server runs on one core of its own where `taskset` is there.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What a server under measurement can be asked for. */
export interface Questions {
  /** CPU time since its start in microseconds, user and system, all threads. */
  cpu: number
  /** Resident memory in bytes. */
  memory: number
  /** Since it was last asked, ms: the event loop's delay that 99 of 100 were below. */
  loopDelay: number
  /** And the longest of them. */
  longestDelay: number
  /** CPU time of one verify with argon2id in microseconds, measured alone. */
  verify: number
}

export interface Child {
  port: number
  ask(question: keyof Questions): Promise<number>
  stop(): Promise<void>
  isUp(): boolean
  /** Ended, and nobody had told it to. */
  isCrashed(): boolean
  signal(signal: NodeJS.Signals): void
  /** Resolves when it is over. */
  ended(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
}

export interface ChildOptions {
  env: Record<string, string>
  /** Core to pin it to; null leaves it to the system. */
  core: number | null
  /** Where a CPU profile goes when it stops; null for none. */
  profileTo: string | null
}

/** Starts a file of this folder, named without its ending, and resolves once it listens. */
export async function startChild(file: string, { env, core, profileTo }: ChildOptions): Promise<Child> {
  const profile = profileTo === null ? [] : ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${profileTo}`]
  // A test runs the sources, the bench what was compiled of them.
  const isSource = import.meta.filename.endsWith('.ts')
  const runner = isSource ? ['--import', new URL('../support/typescript.mjs', import.meta.url).href] : []
  const script = join(import.meta.dirname, `${file}${isSource ? '.ts' : '.js'}`)
  const node = [process.execPath, '--no-warnings', ...runner, ...profile, script]
  const [command = '', ...args] = core === null ? node : ['taskset', '-c', `${core}`, ...node]
  // What it logs is written, as in operation, and thrown away by the system, or kept in the file that BENCH_LOG names.
  const log = process.env.BENCH_LOG ? openSync(process.env.BENCH_LOG, 'a') : 'ignore'
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', log, 'inherit', 'ipc'],
  })
  const port = await told(child)
  let isTold = false
  const end = (how: () => unknown): void => {
    isTold = true
    how()
  }
  const isUp = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    port,
    async ask(question) {
      const answer = told(child)
      child.send(question)
      return answer
    },
    isUp,
    isCrashed: () => !isUp() && !isTold,
    signal: (signal) => (signal === 'SIGTERM' ? end(() => child.kill(signal)) : void child.kill(signal)),
    stop: () => ended(child, () => end(() => child.disconnect())).then(() => {}),
    kill: () => ended(child, () => end(() => child.kill('SIGKILL'))).then(() => {}),
    ended: () => ended(child, () => {}).then(() => {}),
  }
}

function ended(child: ChildProcess, end: () => void): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode)
    child.once('exit', resolve)
    end()
  })
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
  // Watched from the first question on, so that it costs nothing where nobody asks. https://nodejs.org/api/perf_hooks.html#perf_hooksmonitoreventloopdelayoptions
  const delays = monitorEventLoopDelay({ resolution: 10 })
  let longest = 0
  const answers: { [Name in keyof Questions]: () => number | Promise<number> } = {
    cpu: cpuSoFar,
    memory: () => process.memoryUsage.rss(),
    verify: more.verify ?? (() => 0),
    loopDelay() {
      delays.enable()
      longest = delays.max / 1e6
      const most = delays.percentile(99) / 1e6
      delays.reset()
      return most
    },
    longestDelay: () => longest,
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
