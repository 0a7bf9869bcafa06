/**
 * `npm run timing`: whether a caller can tell by the time of an answer whose number was keyed, or how its lock stands. Each state against a
 * wrong PIN, interleaved at random: Welch's t and Mann-Whitney on the server's time before the grid, for a time on a grid shows
 * nothing, and on the answer as a caller gets it. It ends with 1 where one is told apart, by time or by what is asked
 * of the store, and where the machine was too busy to see a millisecond.
 *
 * `-- --pairs 5000 --seed 1`; `--stores embedded` in place of a Postgres and a Redis where they are; `--without dummy-hash` to see
 * it fail; `--cheap` counts alone, with hashes that cost nothing; `--json`.
 */
import { parseArgs } from 'node:util'
import { counted, measured } from '../support/measured.ts'
import { realStores } from './prepare.ts'
import type { Compared } from './statistics.ts'
import { openTimedCalls } from './timing-calls.ts'
import { type Finding, findingsIn, LEAST_PAIRS, rounds } from './timing-run.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    stores: { type: 'string' },
    without: { type: 'string' },
    cheap: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const [pairs, seed] = [Number(values.pairs), Number(values.seed)]
if (!Number.isInteger(pairs) || pairs < 2) refuse('--pairs is a whole number of at least 2.')
if (!Number.isInteger(seed)) refuse('--seed is a whole number.')
if (values.without !== undefined && values.without !== 'dummy-hash') refuse('--without takes dummy-hash alone.')
if (values.stores !== undefined && values.stores !== 'embedded') refuse('--stores takes embedded alone.')

const words = {
  alike: 'alike',
  apart: 'TOLD APART',
  unclear: 'UNCLEAR, on a machine that has too much else to do',
}

/** Between two lines that say how far it is, ms. */
const TOLD_EVERY_MS = 10_000

const closing: (() => Promise<unknown>)[] = []
try {
  const real = values.stores === 'embedded' ? null : await realStores(closing)
  const stores = real
    ? { database: real.DATABASE_URL ?? '', ...(real.REDIS_URL && { redis: real.REDIS_URL }) }
    : { database: 'memory:' }
  const without = values.without === 'dummy-hash' ? values.without : null
  const calls = await openTimedCalls({ stores, cheap: values.cheap, without })
  closing.push(calls.close)
  const began = performance.now()
  let toldAt = began
  const findings = findingsIn(
    await rounds(calls, { pairs, seed }, (done) => {
      const now = performance.now()
      if (now - toldAt < TOLD_EVERY_MS && done < pairs) return
      toldAt = now
      const left = Math.ceil((((now - began) / done) * (pairs - done)) / 60_000)
      process.stderr.write(`${counted(done)} of ${counted(pairs)} pairs, ${left} min left\n`)
    }),
  )
  if (values.json) console.log(JSON.stringify({ pairs, seed, stores: real ? 'real' : 'embedded', without, findings }))
  else print(findings, real ? 'on Redis and Postgres' : 'embedded')
  if (findings.some(({ verdict }) => verdict !== 'alike')) process.exitCode = 1
} finally {
  for (const close of closing.reverse()) await close()
}

function print(findings: readonly Finding[], stores: string): void {
  for (const { state, with: other, turn, worked, heard, otherWork, verdict } of findings) {
    const work = otherWork ? `; other work: ${otherWork.map((each) => JSON.stringify(each)).join(' and ')}` : ''
    measured(
      `time of the answer to the ${turn}, ${state} against ${other}, ${stores}`,
      `before the grid ${told(worked)}; as heard ${told(heard)}; ${counted(worked.pairs)} pairs${work}: ${words[verdict]}`,
    )
  }
  if (pairs < LEAST_PAIRS) console.log(`\nOf fewer than ${LEAST_PAIRS} pairs only the counts are judged.`)
}

function told({ difference, t, p }: Compared): string {
  const sign = difference < 0 ? '-' : '+'
  return `${sign}${Math.abs(difference).toFixed(3)} ms (t ${t.toFixed(2)}, p ${p < 0.001 ? p.toExponential(0) : p.toFixed(3)})`
}

function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(2)
}
