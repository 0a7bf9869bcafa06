/** Any sequence of operations has the same results in memory and on Redis, step by step. */
import { expect, it } from '@jest/globals'
import type { Claimed } from '../../src/seams/calls.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'
import { describeRedis, type LiveUnderTest, openerOn, openInMemory } from '../support/live-stores.ts'
import { callAt } from './sample.ts'

/** One operation, as a function of a side and of the claims that the side has given so far. */
interface Operation {
  name: string
  run(live: LiveUnderTest, claims: string[]): Promise<unknown>
}

const id = fc.constantFrom('CA1', 'CA2', 'CA}{3')
const token = fc.constantFrom('t0', 't1', 't2', '')
// A lease that has run out at once and one that never does: no sequence depends on how fast it is run.
// A name that comes again is an operation that is asked again; without one each is another.
const name = fc.option(fc.constantFrom('one', 'two'), { nil: undefined })
const options = fc
  .record({ create: fc.boolean(), leaseMs: fc.constantFrom(0, 3_600_000), as: name })
  .map(({ as, ...rest }) => (as === undefined ? rest : { ...rest, as }))

/** Claims without a name are random: they are compared by the order in which they were given. */
function noting(claimed: Claimed, claims: string[]): unknown {
  if (claimed.kind !== 'proceed') return claimed
  if (!['one', 'two'].includes(claimed.claim)) expect(claims).not.toContain(claimed.claim)
  return { ...claimed, claim: claims.push(claimed.claim) }
}

const named = (name: string, run: Operation['run']): Operation => ({ name, run })

const callOperation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(id, token, options)
      .map(([i, t, o]) =>
        named(`claim ${i} ${t} ${JSON.stringify(o)}`, async ({ calls }, claims) =>
          noting(await calls.claim(i, t, o), claims),
        ),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(id, fc.nat({ max: 2 }), token)
      .map(([i, back, t]) =>
        named(`save ${i} under the last claim but ${back}, next ${t}`, ({ calls }, claims) =>
          calls.save(i, claims.at(-1 - back) ?? 'none', callAt(i, `${t} ${claims.length}`), t),
        ),
      ),
  },
  fc
    .tuple(id, options)
    .map(([i, o]) =>
      named(`seize ${i} ${JSON.stringify(o)}`, async ({ calls }, claims) => noting(await calls.seize(i, o), claims)),
    ),
  fc.tuple(id, name).map(([i, as]) => named(`end ${i} ${as}`, ({ calls }) => calls.end(i, as))),
  id.map((i) => named(`get ${i}`, ({ calls }) => calls.get(i))),
)

describeRedis('memory and Redis agree', (redis) => {
  const openOnRedis = openerOn(redis)
  let real: LiveUnderTest | null = null

  async function compare(operations: Operation[]): Promise<void> {
    real ??= await openOnRedis()
    await redis().direct.flushall()
    const memory = await openInMemory()
    const given: [string[], string[]] = [[], []]
    for (const { name, run } of operations) {
      const inMemory = await run(memory, given[0])
      const onRedis = await run(real, given[1])
      expect({ name, result: onRedis }).toEqual({ name, result: inMemory })
    }
  }

  it('on calls', async () => {
    await fc.assert(fc.asyncProperty(fc.array(callOperation, { maxLength: 40 }), compare), { numRuns: times(20, 300) })
  })
})
