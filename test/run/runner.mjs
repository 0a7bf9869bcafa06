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
 * When a process has grown by so much, bytes, it first gives back what earlier files have left: Jest ends a worker for its heap
 * alone. Before every file it would be a tenth of what the tests cost.
 */
const GROWN = 150e6

// A CommonJS module that was a module once: what it calls its default is inside.
const runTestFile = jestCircus.default ?? jestCircus

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

const FAILED = ['test_fn_failure', 'hook_failure']

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
