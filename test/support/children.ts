/** Child processes for tests that need several of them, or one that is killed. */
import { type ChildProcess, fork } from 'node:child_process'

const runner = new URL('./typescript.mjs', import.meta.url).href

/** Starts a TypeScript file as a process of its own. What it writes to stderr appears in the test's. */
export function startChild(script: URL, ...args: string[]): ChildProcess {
  return fork(script, args, {
    execArgv: ['--no-warnings', '--import', runner],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
}

/** The next message of the child. Rejects when it ends without one. */
export function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`The child process ended early (${signal ?? code}).`))
    child.once('exit', ended)
    child.once('message', (value) => {
      child.off('exit', ended)
      resolve(value as T)
    })
  })
}

/** kill -9, and waits until the process is gone. */
export function killHard(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
