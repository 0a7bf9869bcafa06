/**
 * Jest's own runner of a test file, which notes besides what the file cost: CPU seconds, and the size of its process after it.
 * A test that fails says what it saw last (`support/shown.ts`), while that is still there.
 */
import '../support/typescript.mjs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import jestCircus from 'jest-circus/runner'
import { cpuSeconds } from './cpu.mjs'

/** Above this a process first gives back what earlier files have left, bytes. Jest ends a worker for its heap alone. */
const LARGE = 400e6

// A CommonJS module that was a module once: what it calls its default is inside.
const runTestFile = jestCircus.default ?? jestCircus

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

const FAILED = ['test_fn_failure', 'hook_failure']

async function handleTestEvent({ name, error }) {
  if (FAILED.includes(name)) await (await import('../support/shown.ts')).tellWhatIsShown(error)
}

export default async function runMeasured(...args) {
  const [, , environment] = args
  environment.handleTestEvent = handleTestEvent
  if (process.memoryUsage.rss() > LARGE) collectGarbage()
  const before = cpuSeconds()
  const result = await runTestFile(...args)
  return { ...result, cost: { cpuSeconds: cpuSeconds() - before, bytes: process.memoryUsage.rss() } }
}
