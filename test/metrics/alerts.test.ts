/** The alerts in their drills, played by Prometheus's own promtool. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'

const FOLDER = 'docs/prometheus'
const read = <T>(file: string) => parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as T
const { groups } = read<{ groups: { rules: { alert: string; annotations: Record<string, string> }[] }[] }>(
  'alerts.yaml',
)
const rules = groups.flatMap((group) => group.rules)
const { tests } = read<{ tests: { promql_expr_test: { expr: string; exp_samples: unknown[] }[] }[] }>(
  'alerts.test.yaml',
)

/** Null: it is there. */
const missing =
  spawnSync('promtool', ['--version']).status === 0 ? null : 'no promtool on PATH; apt-get install prometheus'

describe('an alert', () => {
  it.each(rules.map(({ alert }) => alert))('%s has a drill in which it is quiet and then fires', (alert) => {
    const asked = tests
      .flatMap((test) => test.promql_expr_test)
      .filter(({ expr }) => expr.includes(`alertname="${alert}"`))
    expect(new Set(asked.map(({ exp_samples: samples }) => samples.length))).toEqual(new Set([0, 1]))
  })

  it.each(rules)('$alert says what is to be done', ({ annotations }) => {
    expect(Object.keys(annotations)).toEqual(['summary', 'action'])
  })
})

if (missing !== null && process.env.REQUIRE_REAL !== '1') {
  it.skip(`promtool plays the drills (${missing})`, () => {})
} else {
  it('promtool takes the rules and plays the drills', () => {
    if (missing !== null) throw new Error(`promtool is required here, but there is ${missing}`)
    const run = (...args: string[]) => execFileSync('promtool', args, { cwd: FOLDER, encoding: 'utf8', stdio: 'pipe' })
    expect(run('check', 'rules', 'alerts.yaml')).toContain(`SUCCESS: ${rules.length} rules found`)
    expect(run('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS')
  })
}
