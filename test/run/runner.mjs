/** Jest's own runner of a test file, which notes besides what the file cost: CPU seconds, and the size of its process after it. */
import jestCircus from 'jest-circus/runner'
import { cpuSeconds } from './cpu.mjs'

// A CommonJS module that was a module once: what it calls its default is inside.
const runTestFile = jestCircus.default ?? jestCircus

export default async function runMeasured(...args) {
  const before = cpuSeconds()
  const result = await runTestFile(...args)
  return { ...result, cost: { cpuSeconds: cpuSeconds() - before, bytes: process.memoryUsage.rss() } }
}
