/**
 * Says at the end which ten test files cost the most, or `COSTS=…` of them, and after which the process was largest, with a
 * warning where it was larger than any should be. Time by the clock says little on a shared machine, so it is CPU seconds.
 */
import { relative } from 'node:path'

/** What no process of the tests is to hold, megabytes. */
const MOST_MB = 1_000
const SHOWN = Number(process.env.COSTS ?? 10)

export default class CostReporter {
  #costs = []

  onTestResult({ path, context }, { cost }) {
    if (cost) this.#costs.push({ path: relative(context.config.rootDir, path), ...cost })
  }

  onRunComplete() {
    const costs = this.#costs.sort((one, other) => other.cpuSeconds - one.cpuSeconds)
    const sum = costs.reduce((all, { cpuSeconds }) => all + cpuSeconds, 0)
    const largest = costs.reduce((most, cost) => (cost.bytes > most.bytes ? cost : most), { path: '', bytes: 0 })
    const lines = costs.slice(0, SHOWN).map(({ cpuSeconds, path }) => `${cpuSeconds.toFixed(1).padStart(8)}  ${path}`)
    const megabytes = largest.bytes / 1e6
    process.stderr.write(
      `\nCPU seconds of the ${lines.length} dearest of ${costs.length} test files:\n${lines.join('\n')}\n` +
        `All files: ${sum.toFixed(0)} CPU s; the largest process: ${megabytes.toFixed(0)} MB of at most ${MOST_MB}, after ${largest.path}.\n` +
        (megabytes > MOST_MB ? `Warning: a process was larger than ${MOST_MB} MB.\n` : ''),
    )
  }
}
