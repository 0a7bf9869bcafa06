import { beforeEach, describe, expect, it } from '@jest/globals'
import type { CallStore, Claimed } from '../../src/seams/calls.ts'
import { describeLiveStoresAndCluster, type LiveUnderTest } from '../support/live-stores.ts'
import { callAt } from './sample.ts'

const ID = 'CA00000000000000000000000000000001'
const LONG = { create: false, leaseMs: 3_600_000 }
const CREATE = { ...LONG, create: true }
const SHORT = { create: false, leaseMs: 30 }

/** The claim of a delivery that may run the step. */
function claimOf(claimed: Claimed): string {
  if (claimed.kind !== 'proceed') throw new Error(`expected to proceed, got ${claimed.kind}`)
  return claimed.claim
}

describeLiveStoresAndCluster('calls', (open) => {
  let live: LiveUnderTest
  let calls: CallStore
  beforeEach(async () => {
    live = await open()
    calls = live.calls
  })

  /** Takes one step of the call, from the token it awaits to the next. */
  async function step(token: string, next: string, options = CREATE): Promise<void> {
    const claim = claimOf(await calls.claim(ID, token, options))
    expect(await calls.save(ID, claim, callAt(ID, next), next)).toBe(true)
  }

  /** Tries again until no delivery is at it, letting time pass. */
  async function afterLease(attempt: () => Promise<Claimed>): Promise<Claimed> {
    for (let tries = 0; tries < 2000; tries++) {
      const claimed = await attempt()
      if (claimed.kind !== 'busy') return claimed
      await live.tick()
    }
    throw new Error('the lease never ran out')
  }

  describe('a change between two steps', () => {
    it('is made to the call as it was read, once under its name, and leaves the step as it is', async () => {
      await step('t0', 't1')
      const was = callAt(ID, 't1')
      const is = { ...was, entries: 2 }
      expect(await calls.amend(ID, was, is, 'first')).toBe(true)
      // Its answer got lost, and it comes again.
      expect(await calls.amend(ID, was, is, 'first')).toBe(true)
      // Somebody else who has read the same comes too late, even with the same change.
      expect(await calls.amend(ID, was, is, 'second')).toBe(false)
      expect(await calls.get(ID)).toEqual(is)
      expect(await calls.claim(ID, 't0', LONG)).toEqual({ kind: 'answered', call: is, token: 't1' })
      expect(await calls.claim(ID, 't1', LONG)).toMatchObject({ kind: 'proceed', call: is })
    })

    it('is not made while a delivery is at the call, nor to one that is over or unknown', async () => {
      expect(await calls.amend(ID, callAt(ID, 't1'), callAt(ID, 't1'))).toBe(false)
      await step('t0', 't1')
      const was = callAt(ID, 't1')
      const claim = claimOf(await calls.claim(ID, 't1', LONG))
      expect(await calls.amend(ID, was, { ...was, entries: 2 })).toBe(false)
      expect(await calls.save(ID, claim, was, 't2')).toBe(true)
      expect(await calls.amend(ID, was, { ...was, entries: 2 })).toBe(true)
      await calls.end(ID)
      expect(await calls.amend(ID, { ...was, entries: 2 }, was)).toBe(false)
    })
  })

  describe('a step', () => {
    it('of an unknown call is unknown, unless the call may begin with it', async () => {
      expect(await calls.claim(ID, 't0', LONG)).toEqual({ kind: 'unknown' })
      expect(await calls.get(ID)).toBeNull()
      expect(await calls.claim(ID, 't0', CREATE)).toEqual({
        kind: 'proceed',
        call: null,
        claim: expect.stringMatching(/^.{16,}$/),
      })
    })

    it('is done by one delivery, and its duplicates wait and then get its answer', async () => {
      const claim = claimOf(await calls.claim(ID, 't0', CREATE))
      expect(await calls.claim(ID, 't0', CREATE)).toEqual({ kind: 'busy' })
      expect(await calls.save(ID, claim, callAt(ID, 'menu'), 't1')).toBe(true)
      expect(await calls.claim(ID, 't0', CREATE)).toEqual({ kind: 'answered', call: callAt(ID, 'menu'), token: 't1' })
      expect(await calls.get(ID)).toEqual(callAt(ID, 'menu'))
    })

    it('is claimed in a later turn of the event loop, so that webhooks which arrive together go on together', async () => {
      let claimed = 0
      const claims = ['t0', 't0', 't0'].map((token) => calls.claim(ID, token, CREATE).finally(() => claimed++))
      await new Promise<void>((resolve) => process.nextTick(() => process.nextTick(resolve)))
      expect(claimed).toBe(0)
      expect((await Promise.all(claims)).map(({ kind }) => kind)).toEqual(['proceed', 'busy', 'busy'])
    })

    it('goes on from the call as it was saved', async () => {
      await step('t0', 't1')
      expect(await calls.claim(ID, 't1', LONG)).toMatchObject({
        kind: 'proceed',
        call: callAt(ID, 't1'),
      })
    })

    it('that is older than the last gets the current reply, and so does a token nobody gave out', async () => {
      await step('t0', 't1')
      await step('t1', 't2')
      const current = { call: callAt(ID, 't2'), token: 't2' }
      expect(await calls.claim(ID, 't0', CREATE)).toEqual({ kind: 'stale', ...current })
      expect(await calls.claim(ID, 'made up', CREATE)).toEqual({ kind: 'stale', ...current })
      expect(await calls.claim(ID, '', LONG)).toEqual({ kind: 'stale', ...current })
      expect(await calls.claim(ID, 't1', LONG)).toEqual({ kind: 'answered', ...current })
    })

    it('answers old deliveries while the next step is being run', async () => {
      await step('t0', 't1')
      claimOf(await calls.claim(ID, 't1', LONG))
      expect(await calls.claim(ID, 't0', LONG)).toMatchObject({ kind: 'answered', token: 't1' })
    })

    it('other than the first is busy while the first has not been saved', async () => {
      claimOf(await calls.claim(ID, 't0', CREATE))
      expect(await calls.claim(ID, 'other', CREATE)).toEqual({ kind: 'busy' })
      expect(await calls.claim(ID, 'other', LONG)).toEqual({ kind: 'busy' })
    })

    it('is given to exactly one of 100 deliveries at once, over several connections', async () => {
      const others = [calls, (await live.again()).calls, (await live.again()).calls]
      for (const token of ['t0', 't1', 't2']) {
        const deliveries = Array.from({ length: 100 }, (_, n) => others[n % 3]?.claim(ID, token, CREATE))
        const kinds = (await Promise.all(deliveries)).map((claimed) => claimed as Claimed)
        const won = kinds.filter((claimed) => claimed.kind === 'proceed')
        expect(won).toHaveLength(1)
        expect(kinds.filter((claimed) => claimed.kind === 'busy')).toHaveLength(99)
        const next = `t${Number(token.slice(1)) + 1}`
        expect(await calls.save(ID, claimOf(won[0] as Claimed), callAt(ID, next), next)).toBe(true)
      }
    })

    it('of one call does not touch another', async () => {
      await step('t0', 't1')
      expect(await calls.claim(`${ID}x`, 't1', LONG)).toEqual({ kind: 'unknown' })
      await calls.end(`${ID}x`)
      expect(await calls.claim(ID, 't1', LONG)).toMatchObject({ kind: 'proceed' })
    })
  })

  describe('a lease that ran out', () => {
    it('lets the next delivery run the step', async () => {
      await step('t0', 't1')
      const first = claimOf(await calls.claim(ID, 't1', SHORT))
      const second = await afterLease(() => calls.claim(ID, 't1', LONG))
      expect(second).toMatchObject({ kind: 'proceed', call: callAt(ID, 't1') })
      expect(claimOf(second)).not.toBe(first)
      expect(await calls.save(ID, first, callAt(ID, 'late'), 'late')).toBe(false)
      expect(await calls.get(ID)).toEqual(callAt(ID, 't1'))
      expect(await calls.save(ID, claimOf(second), callAt(ID, 't2'), 't2')).toBe(true)
    })

    it('still lets its holder save as long as nobody took over', async () => {
      const claim = claimOf(await calls.claim(ID, 't0', { create: true, leaseMs: 0 }))
      expect(await calls.save(ID, claim, callAt(ID, 't1'), 't1')).toBe(true)
    })

    it('is not extended by deliveries that find it busy', async () => {
      claimOf(await calls.claim(ID, 't0', { create: true, leaseMs: 30 }))
      expect(await afterLease(() => calls.claim(ID, 't0', CREATE))).toMatchObject({ kind: 'proceed', call: null })
    })

    it('on a call never saved lets the call begin again with another token', async () => {
      const lost = claimOf(await calls.claim(ID, 't0', { create: true, leaseMs: 0 }))
      expect(await calls.claim(ID, 'other', LONG)).toEqual({ kind: 'busy' })
      expect(await calls.claim(ID, 'other', CREATE)).toMatchObject({ kind: 'proceed', call: null })
      expect(await calls.save(ID, lost, callAt(ID, 't1'), 't1')).toBe(false)
    })
  })

  describe('a save', () => {
    it('under a claim that was used, made up or of another call writes nothing', async () => {
      const claim = claimOf(await calls.claim(ID, 't0', CREATE))
      expect(await calls.save(ID, 'made up', callAt(ID, 'x'), 'x')).toBe(false)
      expect(await calls.save(ID, '', callAt(ID, 'x'), 'x')).toBe(false)
      expect(await calls.save('CAother', claim, callAt(ID, 'x'), 'x')).toBe(false)
      expect(await calls.get(ID)).toBeNull()
      expect(await calls.save(ID, claim, callAt(ID, 't1'), 't1')).toBe(true)
      expect(await calls.save(ID, claim, callAt(ID, 'x'), 'x')).toBe(false)
      expect(await calls.save(ID, '', callAt(ID, 'x'), 'x')).toBe(false)
      expect(await calls.get(ID)).toEqual(callAt(ID, 't1'))
    })

    it('keeps what the call was then, whatever becomes of the object', async () => {
      const claim = claimOf(await calls.claim(ID, 't0', CREATE))
      const call = callAt(ID, 'menu')
      await calls.save(ID, claim, call, 't1')
      call.step = 'changed by the one that saved it'
      const read = await calls.get(ID)
      if (read) read.fields.added = 'by a reader'
      expect(await calls.get(ID)).toEqual(callAt(ID, 'menu'))
    })
  })

  describe('seizing', () => {
    it('takes an unknown call only when it may create it', async () => {
      expect(await calls.seize(ID, LONG)).toEqual({ kind: 'unknown' })
      expect(await calls.seize(ID, CREATE)).toMatchObject({ kind: 'proceed', call: null })
    })

    it('revokes a running claim, and its reply answers the step that was lost', async () => {
      await step('t0', 't1')
      const lost = claimOf(await calls.claim(ID, 't1', LONG))
      const seized = await calls.seize(ID, LONG)
      expect(seized).toMatchObject({ kind: 'proceed', call: callAt(ID, 't1') })
      expect(await calls.save(ID, lost, callAt(ID, 'verified'), 'x')).toBe(false)
      expect(await calls.claim(ID, 't1', LONG)).toEqual({ kind: 'busy' })
      expect(await calls.save(ID, claimOf(seized), callAt(ID, 'agents'), 't9')).toBe(true)
      expect(await calls.claim(ID, 't1', LONG)).toEqual({ kind: 'answered', call: callAt(ID, 'agents'), token: 't9' })
      expect(await calls.claim(ID, 't0', LONG)).toMatchObject({ kind: 'stale', token: 't9' })
    })

    it('of a call at rest has nothing to revoke', async () => {
      await step('t0', 't1')
      expect(await calls.seize(ID, CREATE)).toMatchObject({ kind: 'proceed', call: callAt(ID, 't1') })
    })

    it('twice lets only the second save', async () => {
      const first = claimOf(await calls.seize(ID, CREATE))
      const second = claimOf(await calls.seize(ID, CREATE))
      expect(await calls.save(ID, first, callAt(ID, 'x'), 'x')).toBe(false)
      expect(await calls.save(ID, second, callAt(ID, 't1'), 't1')).toBe(true)
      expect(await calls.claim(ID, 'never given', CREATE)).toMatchObject({ kind: 'stale', token: 't1' })
      expect(await calls.claim(ID, 't1', CREATE)).toMatchObject({ kind: 'proceed' })
    })

    it('a new call keeps the first webhook waiting until it saved or its lease ran out', async () => {
      claimOf(await calls.seize(ID, { create: true, leaseMs: 30 }))
      expect(await afterLease(() => calls.claim(ID, 't0', CREATE))).toMatchObject({ kind: 'proceed' })
    })
  })

  describe('the end', () => {
    const end = { kind: 'ended' }

    it('is final for every operation', async () => {
      await step('t0', 't1')
      const claim = claimOf(await calls.claim(ID, 't1', LONG))
      expect(await calls.end(ID)).toEqual({ first: true, call: callAt(ID, 't1') })
      expect(await calls.save(ID, claim, callAt(ID, 't2'), 't2')).toBe(false)
      for (const token of ['t0', 't1', 't2']) expect(await calls.claim(ID, token, CREATE)).toEqual(end)
      expect(await calls.seize(ID, CREATE)).toEqual(end)
      expect(await calls.end(ID)).toEqual({ first: false, call: callAt(ID, 't1') })
      expect(await calls.get(ID)).toEqual(callAt(ID, 't1'))
    })

    it('may come before the call itself', async () => {
      expect(await calls.end(ID)).toEqual({ first: true, call: null })
      expect(await calls.claim(ID, 't0', CREATE)).toEqual(end)
      expect(await calls.seize(ID, CREATE)).toEqual(end)
      expect(await calls.get(ID)).toBeNull()
      expect(await calls.end(ID)).toEqual({ first: false, call: null })
    })

    it('may come while the first step is being run', async () => {
      const claim = claimOf(await calls.claim(ID, 't0', CREATE))
      expect(await calls.end(ID)).toEqual({ first: true, call: null })
      expect(await calls.save(ID, claim, callAt(ID, 't1'), 't1')).toBe(false)
    })

    it('is the first for exactly one of 50 at once', async () => {
      await step('t0', 't1')
      const others = [calls, (await live.again()).calls]
      const ends = await Promise.all(Array.from({ length: 50 }, (_, n) => others[n % 2]?.end(ID)))
      expect(ends.filter((ended) => ended?.first)).toHaveLength(1)
      for (const ended of ends) expect(ended?.call).toEqual(callAt(ID, 't1'))
    })
  })

  describe('what is asked again, because its answer got lost', () => {
    const NAMED = { ...CREATE, as: 'the claim of one delivery' }

    it('has the claim that it has, and may save under it', async () => {
      const claimed = await calls.claim(ID, 't0', NAMED)
      expect(claimed).toEqual({ kind: 'proceed', call: null, claim: NAMED.as })
      expect(await calls.claim(ID, 't0', NAMED)).toEqual(claimed)
      expect(await calls.claim(ID, 't0', CREATE)).toEqual({ kind: 'busy' })
      expect(await calls.save(ID, NAMED.as, callAt(ID, 't1'), 't1')).toBe(true)
      // Late enough to come after the save: it gets the answer, and nothing is claimed.
      expect(await calls.claim(ID, 't0', NAMED)).toEqual({ kind: 'answered', call: callAt(ID, 't1'), token: 't1' })
      expect(await calls.claim(ID, 't1', LONG)).toMatchObject({ kind: 'proceed' })
    })

    it('takes over the same step again', async () => {
      await step('t0', 't1')
      claimOf(await calls.claim(ID, 't1', { ...LONG, leaseMs: 0 }))
      const taken = { kind: 'proceed', call: callAt(ID, 't1'), claim: NAMED.as }
      for (let times = 0; times < 2; times++) expect(await calls.claim(ID, 't1', NAMED)).toEqual(taken)
      const seizing = { ...LONG, as: 'the claim of the fallback' }
      for (let times = 0; times < 2; times++)
        expect(await calls.seize(ID, seizing)).toEqual({ ...taken, claim: seizing.as })
    })

    it('has its lease from now', async () => {
      claimOf(await calls.claim(ID, 't0', { ...NAMED, leaseMs: 0 }))
      claimOf(await calls.claim(ID, 't0', NAMED))
      expect(await calls.claim(ID, 't0', CREATE)).toEqual({ kind: 'busy' })
      const seizing = { create: true, as: 'the claim of the fallback' }
      claimOf(await calls.seize(ID, { ...seizing, leaseMs: 0 }))
      claimOf(await calls.seize(ID, { ...seizing, leaseMs: LONG.leaseMs }))
      expect(await calls.claim(ID, 't0', CREATE)).toEqual({ kind: 'busy' })
    })

    it('does not take back what another has taken meanwhile', async () => {
      claimOf(await calls.claim(ID, 't0', NAMED))
      const seized = claimOf(await calls.seize(ID, CREATE))
      expect(await calls.claim(ID, 't0', NAMED)).toEqual({ kind: 'busy' })
      expect(await calls.save(ID, NAMED.as, callAt(ID, 'late'), 'late')).toBe(false)
      expect(await calls.save(ID, seized, callAt(ID, 'agents'), 't1')).toBe(true)
    })

    it('was saved if it was saved, until something else is, and is written once', async () => {
      claimOf(await calls.claim(ID, 't0', NAMED))
      for (const version of ['first', 'again'])
        expect(await calls.save(ID, NAMED.as, callAt(ID, version), 't1')).toBe(true)
      expect(await calls.get(ID)).toEqual(callAt(ID, 'first'))
      expect(await calls.save(ID, NAMED.as, callAt(ID, 'x'), 'another save')).toBe(false)
      expect(await calls.save(ID, 'made up', callAt(ID, 'x'), 't1')).toBe(false)
      await step('t1', 't2')
      expect(await calls.save(ID, NAMED.as, callAt(ID, 'again'), 't1')).toBe(false)
      expect(await calls.get(ID)).toEqual(callAt(ID, 't2'))
    })

    it('is the first end if it was, and the second if it was that', async () => {
      await step('t0', 't1')
      for (const [as, first] of [
        ['one', true],
        ['one', true],
        ['two', false],
        ['one', true],
      ] as const)
        expect(await calls.end(ID, as)).toEqual({ first, call: callAt(ID, 't1') })
      expect(await calls.claim(ID, 't1', NAMED)).toEqual({ kind: 'ended' })
    })
  })

  it('works and closes', async () => {
    const another = await live.again()
    await another.ping()
    await expect(another.close()).resolves.toBeUndefined()
  })
})
