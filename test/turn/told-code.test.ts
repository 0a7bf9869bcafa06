/** A call code that is told to an agent, while something else happens to the call or to the account. */
import { expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import type { Call } from '../../src/call/call.ts'
import { openMemory } from '../../src/live/memory.ts'
import type { CallerLimits, LineTry } from '../../src/seams/caller-limits.ts'
import type { CallStore } from '../../src/seams/calls.ts'
import { tellCode } from '../../src/turn/told-code.ts'
import { ring } from '../flow/caller.ts'
import { shipped } from '../flow/shipped.ts'
import { createStandingClock } from '../support/clock.ts'
import { noLimits } from '../support/no-limits.ts'
import { SEALING } from '../support/sealing.ts'
import { CLAIM } from '../support/world.ts'

const FIRST = 'step-1'
const claimed = { create: true, leaseMs: 1_000 }

/** A call in a room, whose code is looked at while this happens. */
async function told(
  meanwhile: (calls: CallStore, call: Call, pass: (ms: number) => void) => Promise<unknown> = async () => {},
  before: Partial<Call> = {},
  limits: CallerLimits = noLimits,
) {
  const hotline = shipped.get('fuldanetz')
  if (!hotline) throw new Error('there is no such brand')
  const ringing = { ...ring(hotline).call, id: 'CA1', entries: 0 }
  const call: Call = { ...ringing, fields: { room: 'talk-1' }, ...before }
  const standing = createStandingClock()
  const clock = { ...standing, wait: async (ms: number) => standing.turn(ms) }
  const { calls } = openMemory(clock, SEALING)
  const claim = await calls.claim('CA1', FIRST, claimed)
  if (claim.kind !== 'proceed') throw new Error('it was not claimed')
  await calls.save('CA1', claim.claim, call, FIRST)
  let looked = 0
  const parts = {
    calls,
    clock,
    subjectKey: Buffer.alloc(32, 7),
    limits,
    log: { warn() {}, error() {} },
    attempts: { lockState: async () => ({ consecutive: 0 }) as never },
    callCodes: {
      worthlessOf: async () => 0,
      async redeem() {
        looked++
        await meanwhile(calls, call, standing.turn)
        return { ref: 'heike', subject: 'subject-of-heike' }
      },
    },
  }
  const began = clock.now()
  const isTalking = (now: Call): boolean => now.fields.room === 'talk-1'
  const { brand } = hotline
  const result = await tellCode(
    parts,
    { callId: 'CA1', brand, agent: 'anna', isTalking },
    new Secret('5836195728403912'),
  )
  return { result, looked, began, call: await calls.get('CA1') }
}

/** The turn of the caller is taken, and stores this. */
async function turn(calls: CallStore, call: Call): Promise<void> {
  const claim = await calls.claim('CA1', FIRST, claimed)
  if (claim.kind !== 'proceed') throw new Error('it was not claimed')
  expect(await calls.save('CA1', claim.claim, call, FIRST)).toBe(true)
}

it('is a proof of before it was looked at: what ends one that is cleared while that lasts, ends it', async () => {
  const { result, call, began } = await told(async (_calls, _call, pass) => pass(5_000))
  expect([result, call?.assurance]).toEqual(['right', { level: 2, method: 'call_code', at: began.toISOString() }])
})

it('goes over what a turn has stored meanwhile, and leaves the rest of that as it is', async () => {
  const { result, call } = await told((calls, before) => turn(calls, { ...before, entries: 2, topic: 'bill' }))
  expect([result, call]).toEqual(['right', expect.objectContaining({ entries: 2, topic: 'bill', outcome: 'verified' })])
  expect(call?.claim).toMatchObject({ ref: 'heike', subject: 'subject-of-heike' })
})

it.each<[string, (calls: CallStore, call: Call) => Promise<unknown>]>([
  ['the caller has been sent on', (calls, call) => turn(calls, { ...call, fields: {} })],
  ['a turn is at the call', (calls) => calls.seize('CA1', claimed)],
  ['the call is over', (calls) => calls.end('CA1')],
])('proves nothing once %s', async (_what, meanwhile) => {
  const { result, looked, call } = await told(meanwhile)
  expect([result, looked, call?.assurance.level, call?.claim]).toEqual(['too_late', 1, 0, null])
})

it('is marked where another number was named before, and stays so when the same customer tells one more', async () => {
  const other = await told(undefined, { claim: CLAIM })
  expect(other.call?.claim).toMatchObject({ ref: 'heike', isOther: true })
  const again = await told(undefined, { claim: other.call?.claim ?? null })
  expect(again.call?.claim).toMatchObject({ ref: 'heike', isOther: true })
})

it('counts for the line of its caller as one that is keyed: not looked at beyond the limit, given back where it is right', async () => {
  const spent: LineTry[] = []
  const back: LineTry[] = []
  const counting = (full: 'caller' | null): CallerLimits => ({
    ...noLimits,
    spend: async (attempt) => {
      spent.push(attempt)
      return { full, counted: 'everywhere' }
    },
    giveBack: async (attempt) => void back.push(attempt),
  })
  const over = await told(undefined, { entries: 1 }, counting('caller'))
  expect([over.result, over.looked, over.call?.entries, back]).toEqual(['line_used', 0, 1, []])
  const within = await told(undefined, {}, counting(null))
  expect([within.result, within.looked, within.call?.entries]).toEqual(['right', 1, 1])
  expect(back).toEqual([spent[1]])
  // Each entry by itself, and in the count in which keyed codes are.
  expect(spent.map(({ token }) => token)).toEqual(['CA1 told 1', 'CA1 told 0'])
  expect(new Set(spent.map(({ account }) => account))).toEqual(new Set(['call_code']))
  expect(spent[0]?.layers.map(({ name }) => name)).toEqual(['caller', 'block'])
})
