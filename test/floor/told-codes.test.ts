/** A caller tells the agent a call code: the proof is that of the running call, and the agent learns yes or no. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { WORTHLESS_OF_AN_AGENT } from '../../src/auth/call-code.ts'
import { ENTRIES_PER_CALL } from '../../src/auth/lockout.ts'
import { Secret } from '../../src/auth/secret.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { emptied, talking } from '../support/floor-scenes.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'
import { people } from '../support/people.ts'

const { first: HEIKE, second: BASTIAN } = people.fuldanetz as NonNullable<typeof people.fuldanetz>
/** Of the right form, and nobody has it. */
const NOBODYS = '5836195728403912'

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
})
afterAll(() => stand.close())
afterEach(async () => {
  for (const name of ['anna', 'ben', 'sam']) await stand.floor.setPresence(name, 'away')
  await emptied(stand)
})

const because = { actor: 'api/app', reason: 'Asked for in the app' }
async function codeOf({ number: customerNumber }: { number: string }): Promise<Secret> {
  const made = await stand.deps.callCodes.make({ brand: 'fuldanetz', customerNumber }, because)
  if (made === null || 'refused' in made) throw new Error('no code was made')
  return made.code
}
const checksOf = async ({ callSid }: Handset) =>
  (await stand.deps.events.read({ callId: callSid, limit: 1_000 }))
    .filter(({ kind }) => kind === 'verify')
    .map(({ actor, ref, facts }) => [actor, ref === null ? null : 'an account', facts])

/** Somebody who wanted a person, with Anna. */
async function unknownWithAnna(): Promise<{ caller: Handset; id: string }> {
  const caller = await stand.caller('fuldanetz', '0')
  await stand.until('they wait', () => caller.view().state === 'waiting')
  return { caller, id: (await talking(stand, 'anna', caller)).id }
}

describe('a code that is told to the agent (threat 47)', () => {
  it('proves the running call at once, for the one that it is of, and what follows from a proof follows', async () => {
    const { caller, id } = await unknownWithAnna()
    const before = (await stand.view('anna')).assignment
    expect(before).toMatchObject({ context: { assurance: { level: 0 }, account: null } })
    expect(before?.actions).toContain('code')
    const step = await stand.stepOf(caller)

    const code = await codeOf(HEIKE)
    expect(await stand.floor.code('anna', id, code)).toEqual({ isRight: true })

    const { assignment } = await stand.view('anna')
    expect(assignment).toMatchObject({
      state: 'talking',
      context: {
        assurance: { level: 2, method: 'call_code' },
        outcome: 'verified',
        account: { customerNumber: HEIKE.number },
        may: expect.arrayContaining(['read_bill']),
      },
    })
    expect(assignment?.context?.flags).not.toContain('other_account')
    expect(assignment?.actions).not.toContain('code')
    expect(await stand.deps.floorStore.assignment(id)).toMatchObject({ level: 2, ref: expect.any(String) })
    expect(await checksOf(caller)).toEqual([
      ['anna', 'an account', { by: 'agent', credential: 'call_code', result: 'right' }],
    ])
    expect(stand.logged()).not.toContain(revealed(code))

    // The caller is where they were, and may go where only a proof leads; and the proof ends as any other does.
    expect([await stand.stepOf(caller), caller.view().state]).toEqual([step, 'in_room'])
    const place = { brand: 'fuldanetz', customerNumber: HEIKE.number }
    await stand.deps.accounts.lock(place, because)
    expect((await stand.view('anna')).assignment?.context).toMatchObject({ assurance: { level: 1 }, account: null })
    await stand.deps.accounts.unlock(place, because)
    expect(await stand.floor.transfer('anna', id, { kind: 'queue', queue: 'fuldanetz.bill' })).toEqual({ done: true })
    await stand.until('they wait again', () => caller.view().state === 'waiting')
    expect((await stand.deps.live.calls.get(caller.callSid))?.assurance.level).toBe(2)
  })

  it('says no of one that is used, over or nobody’s, and nothing else; three of a call, with those that were keyed', async () => {
    const { caller, id } = await unknownWithAnna()
    const used = await codeOf(HEIKE)
    await stand.deps.callCodes.redeem('fuldanetz', used, { callId: 'CA1' })
    for (const code of [used, new Secret(NOBODYS)])
      expect(await stand.floor.code('anna', id, code)).toEqual({ isRight: false })
    expect((await stand.view('anna')).assignment?.context).toMatchObject({ assurance: { level: 0 }, account: null })
    const last = await codeOf(HEIKE)
    expect(await stand.floor.code('anna', id, new Secret(NOBODYS))).toEqual({ isRight: false })
    expect(await stand.floor.code('anna', id, last)).toEqual({ refused: 'entries_used' })
    expect((await stand.view('anna')).assignment?.actions).not.toContain('code')
    expect(await checksOf(caller)).toEqual(
      Array(ENTRIES_PER_CALL).fill(['anna', null, { by: 'agent', credential: 'call_code', result: 'unknown' }]),
    )
    // It was not looked at.
    expect(await stand.deps.callCodes.redeem('fuldanetz', last, { callId: 'CA1' })).not.toBeNull()
  })

  it('looks at no more than three that are told at once', async () => {
    const { id } = await unknownWithAnna()
    const told = await Promise.all(Array.from({ length: 8 }, () => stand.floor.code('anna', id, new Secret(NOBODYS))))
    const looked = told.filter((each) => 'isRight' in each)
    expect(looked.length).toBeLessThanOrEqual(ENTRIES_PER_CALL)
    expect(looked.length).toBeGreaterThan(0)
  })

  it('of another customer than was claimed before is shown as that, plainly', async () => {
    const caller = await stand.caller('fuldanetz', '2', `${BASTIAN.number}#`)
    await stand.until('they wait', () => caller.view().state === 'waiting')
    const { id } = await talking(stand, 'anna', caller)
    expect(await stand.floor.code('anna', id, await codeOf(HEIKE))).toEqual({ isRight: true })
    const context = (await stand.view('anna')).assignment?.context
    expect(context).toMatchObject({ account: { customerNumber: HEIKE.number }, assurance: { level: 2 } })
    expect(context?.flags).toContain('other_account')
  })

  it('is typed by the agent who talks with that caller alone, and for a brand that takes codes', async () => {
    const { id } = await unknownWithAnna()
    const code = await codeOf(HEIKE)
    expect(await stand.floor.code('ben', id, code)).toEqual({ refused: 'not_found' })
    await stand.floor.check('anna', id)
    expect(await stand.floor.code('anna', id, code)).toEqual({ refused: 'too_late' })
    await emptied(stand)
    const other = await talking(stand, 'anna', await stand.verified())
    expect(await stand.floor.code('anna', other.id, code)).toEqual({ refused: 'not_allowed' })
    expect((await stand.view('anna')).assignment?.actions).not.toContain('code')
    expect(await stand.deps.callCodes.redeem('fuldanetz', code, { callId: 'CA1' })).not.toBeNull()
  })

  it('is looked at no more for an agent who has typed too many that were worth nothing, and is for another', async () => {
    const { id } = await unknownWithAnna()
    for (let n = 0; n < WORTHLESS_OF_AN_AGENT; n++)
      await stand.deps.callCodes.redeem('fuldanetz', new Secret(NOBODYS), { callId: `CA${n}`, agent: 'anna' })
    expect(await stand.floor.code('anna', id, await codeOf(HEIKE))).toEqual({ refused: 'codes_used' })
    expect(stand.logged()).toContain('an agent has typed as many worthless call codes as one may')
    expect(await stand.deps.callCodes.worthlessOf('ben')).toBe(0)
  })
})

function revealed(code: Secret): string {
  return code.reveal()
}
