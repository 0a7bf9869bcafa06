/**
 * Jest's own runner of a test file, which notes besides what the file cost: CPU seconds, and the size of its process after it.
 * A test that fails says what it saw last (`support/shown.ts`), while that is still there.
 */
import '../support/typescript.mjs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import jestCircus from 'jest-circus/runner'
import { cpuSeconds } from './cpu.mjs'

/**
 * When a process has grown by so much, bytes, it first gives back what earlier files have left. Before every file that would be a
 * tenth of what the tests cost.
 */
const GROWN = 150e6

// A CommonJS module that was a module once: what it calls its default is inside.
const runTestFile = jestCircus.default ?? jestCircus

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

const FAILED = ['test_fn_failure', 'hook_failure']

/**
 * Jest asks a worker for its heap, to end it where that is above `workerIdleMemoryLimit`. What other processes lack is all that it
 * holds, and an embedded Postgres is no part of its heap, so it answers with that.
 */
const { memoryUsage } = process
const asked = () => ({ ...memoryUsage(), heapUsed: memoryUsage.rss() })
process.memoryUsage = Object.assign(asked, { rss: memoryUsage.rss })

async function handleTestEvent({ name, error }) {
  if (FAILED.includes(name)) await (await import('../support/shown.ts')).tellWhatIsShown(error)
}

let sizeBefore = 300e6

function giveBack() {
  if (process.memoryUsage.rss() < sizeBefore + GROWN) return
  collectGarbage()
  sizeBefore = process.memoryUsage.rss()
}

export default async function runMeasured(...args) {
  const [, , environment] = args
  environment.handleTestEvent = handleTestEvent
  giveBack()
  const before = cpuSeconds()
  const result = await runTestFile(...args)
  return { ...result, cost: { cpuSeconds: cpuSeconds() - before, bytes: process.memoryUsage.rss() } }
}
