/** Says at the end which test files cost the most. Time by the clock says little on a shared machine, so it is CPU seconds. */
import { relative } from 'node:path'

const SHOWN = 10

export default class CostReporter {
  #costs = []

  onTestResult({ path, context }, { cost }) {
    if (cost) this.#costs.push({ path: relative(context.config.rootDir, path), ...cost })
  }

  onRunComplete() {
    const costs = this.#costs.sort((one, other) => other.cpuSeconds - one.cpuSeconds)
    const sum = costs.reduce((all, { cpuSeconds }) => all + cpuSeconds, 0)
    const largest = Math.max(0, ...costs.map(({ bytes }) => bytes))
    const lines = costs.slice(0, SHOWN).map(({ cpuSeconds, path }) => `${cpuSeconds.toFixed(1).padStart(8)}  ${path}`)
    process.stderr.write(
      `\nCPU seconds of the ${lines.length} dearest of ${costs.length} test files:\n${lines.join('\n')}\n` +
        `All files: ${sum.toFixed(0)} CPU s; the largest process: ${(largest / 1e6).toFixed(0)} MB.\n`,
    )
  }
}
