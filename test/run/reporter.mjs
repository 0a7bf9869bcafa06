/** Says at the end which ten test files cost the most, or `COSTS=…` of them, and after which the process was largest. Time by the clock says little on a shared machine, so it is CPU seconds. */
import { relative } from 'node:path'

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
    process.stderr.write(
      `\nCPU seconds of the ${lines.length} dearest of ${costs.length} test files:\n${lines.join('\n')}\n` +
        `All files: ${sum.toFixed(0)} CPU s; the largest process: ${(largest.bytes / 1e6).toFixed(0)} MB, after ${largest.path}.\n`,
    )
  }
}
