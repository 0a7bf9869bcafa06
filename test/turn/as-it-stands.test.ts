import { describe, expect, it } from '@jest/globals'
import type { Call } from '../../src/call/call.ts'
import { newCall } from '../../src/flow/advance.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { levelReached } from '../../src/flow/second-lock.ts'
import type { Standing, Standings } from '../../src/seams/standings.ts'
import { createAsItStands } from '../../src/turn/as-it-stands.ts'
import { shipped } from '../flow/shipped.ts'

const AT = '2026-06-01T12:00:00.000Z'
const hotline = shipped.get('sternmobil') as Hotline
const claim = { subject: 's', ref: 'r', sims: ['a'], by: 'entry', failuresBefore: 0, ticket: null } as const

/** About bills, which is all that the tail of this brand names, unless the caller says otherwise. */
function verified(over: Partial<Call> = {}): Call {
  const call = newCall(hotline, { id: 'CA', callerNumber: null, today: '2026-06-01', at: AT })
  const assurance = { level: 2, method: 'pin', at: AT } as const
  return { ...call, topic: 'bill', claim, assurance, outcome: 'verified', ...over }
}

const asked: unknown[] = []
const logged: unknown[] = []
/** Calls as they stand a day later. */
function standing(of: Standings['of'], calls: Call[]): Promise<Call[]> {
  const asItStands = createAsItStands({
    standings: {
      of(proofs, asOf) {
        asked.push(proofs)
        return of(proofs, asOf)
      },
    },
    hotlines: { byBrand: new Map([['sternmobil', hotline]]) },
    clock: { now: () => new Date('2026-06-02T12:00:00.000Z'), wait: async () => {} },
    log: { error: (_fields, message) => void logged.push(message) },
  })
  return asItStands(calls)
}
const all =
  (standing: Standing): Standings['of'] =>
  async (proofs) =>
    proofs.map(() => standing)

describe('(threat 45) a call with a proof', () => {
  it('stays as it is where the proof holds, beside calls that have none, which are not asked about', async () => {
    const calls = [verified({ assurance: { level: 1, method: null, at: AT } }), verified(), verified({ claim: null })]
    asked.length = 0
    expect(await standing(all({ lost: null, ended: null }), calls)).toEqual(calls)
    expect(asked).toEqual([[{ brand: 'sternmobil', ref: 'r', subject: 's', method: 'pin', sims: ['a'], at: AT }]])
    asked.length = 0
    await standing(all({ lost: null, ended: null }), [calls[0] as Call])
    expect(asked).toEqual([])
  })

  it('has what a stranger has where it holds no more', async () => {
    const [call] = await standing(all({ lost: 'locked', ended: null }), [verified()])
    expect(call).toMatchObject({ assurance: { level: 1, method: null, at: null, lost: 'locked' }, outcome: 'refused' })
    expect(call && levelReached(call)).toBe(1)
  })

  it('has nothing proved where that cannot be read', async () => {
    logged.length = 0
    const [call] = await standing(() => Promise.reject(new Error('gone')), [verified()])
    expect(call).toMatchObject({ assurance: { level: 1, lost: 'unknown' }, outcome: 'unavailable' })
    expect(logged).toHaveLength(1)
  })

  it('keeps for what is left to do after the last contract, and for nothing else', async () => {
    const ended = all({ lost: null, ended: '2026-06-02T00:00:00.000Z' })
    const [bill, general, over] = await standing(ended, [
      verified(),
      verified({ topic: null }),
      verified({ handOff: { to: { kind: 'queue', queue: 'sternmobil.contract' }, level: 2, at: AT } }),
    ])
    expect(bill).toMatchObject({ assurance: { level: 2 }, claim: { topics: ['bill'] }, outcome: 'verified' })
    for (const call of [general, over]) expect(call?.assurance).toMatchObject({ level: 1, lost: 'ended' })
    // What was over when the number was keyed is no loss: every hand-off asks by the topic.
    const tail = verified({ topic: 'contract', claim: { ...claim, topics: ['bill'] } })
    const [known] = await standing(ended, [tail])
    expect(known?.assurance).toEqual(tail.assurance)
    expect(known && levelReached(known)).toBe(1)
  })
})
