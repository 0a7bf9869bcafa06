/**
 * `node test/run/tests.mjs fast|ordinary|rest [options of jest]`: the commands of a tier one after the other until one fails,
 * and at the end what each has cost in CPU seconds, all processes that it started included, beside what the tier may cost.
 */
import { spawnSync } from 'node:child_process'
import { cpuSeconds } from './cpu.mjs'
import { COUNTED, FAST, LIMITS, REST } from './tiers.mjs'

const [tier, ...options] = process.argv.slice(2)

const npm = (script) => ({ name: script, command: ['npm', 'run', '--silent', script] })
const escaped = (paths) => paths.map((path) => path.replaceAll('.', '\\.'))
const jest = (name, args, settings = {}) => ({
  name,
  command: [process.execPath, 'node_modules/jest/bin/jest.js', ...args, ...options],
  settings,
})

const tiers = {
  fast: () => [jest('tests', escaped(FAST))],
  ordinary: () => [
    ...['build', 'lint', 'layers', 'unused'].map(npm),
    jest(
      'tests',
      escaped(REST).map((path) => `--testPathIgnorePatterns=${path}`),
    ),
  ],
  rest: () => [jest('tests', escaped([...REST, ...COUNTED]), { COUNTS: 'full' })],
}

const commands = tiers[tier ?? '']?.()
if (!commands) {
  console.error(`Which tier? ${Object.keys(tiers).join(', ')}`)
  process.exit(2)
}

const costs = []
for (const { name, command, settings } of commands) {
  const before = cpuSeconds()
  const [program, ...args] = command
  const { status } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...settings } })
  costs.push({ name, seconds: cpuSeconds() - before })
  process.exitCode = status ?? 1
  if (process.exitCode !== 0) break
}
const sum = costs.reduce((all, { seconds }) => all + seconds, 0)
const parts = costs.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)}`).join(', ')
const limit = LIMITS[tier]
console.error(`\n${tier}: ${sum.toFixed(0)} CPU s (${parts})${limit === undefined ? '' : `, of at most ${limit}`}.`)
if (sum > limit) console.error(`Warning: ${tier} costs more than that; the dearest files stand above.`)
