/** What is kept of a call opens for that call alone, as it was sealed, and whatever else stands there is an unknown call. */
import { describe, expect, it } from '@jest/globals'
import type { Call } from '../../src/call/call.ts'
import { memoryCalls } from '../../src/live/memory-calls.ts'
import { createSeal, sealedCalls } from '../../src/live/sealed-calls.ts'
import { standingClock } from '../support/live-stores.ts'
import { SEALING } from '../support/sealing.ts'
import { callAt } from './sample.ts'

const { seal, open } = SEALING.seal
const ID = 'CA00000000000000000000000000000001'
const verified: Call = {
  ...callAt(ID, 'agents'),
  callerNumber: '+4917139200',
  assurance: { level: 2, method: 'pin', at: '2026-11-22T10:00:10.000Z' },
}

describe('a sealed call', () => {
  const sealed = seal(ID, verified)

  it('is the call again, and the same string each time', () => {
    expect(open(ID, sealed)).toEqual(verified)
    expect(seal(ID, verified)).toBe(sealed)
    expect(open(ID, seal(ID, callAt(ID, 'menu')))).toEqual(callAt(ID, 'menu'))
  })

  it('shows nothing of the caller, and is another string for another call', () => {
    const bytes = Buffer.from(sealed.slice('c1.'.length), 'base64').toString('latin1')
    for (const word of ['rheinnetz', 'r1', 'level', verified.callerNumber ?? '', 'subject']) {
      expect(JSON.stringify(verified)).toContain(word)
      expect([word, sealed.includes(word), word.length > 2 && bytes.includes(word)]).toEqual([word, false, false])
    }
    // Nor by what two strings have in common where they begin: the stream of one is not that of the other.
    const [one, other] = [sealed, seal(`${ID.slice(0, -1)}2`, verified)].map((each) => each.slice(3, 43))
    expect([...(one ?? '')].filter((letter, place) => letter === other?.[place]).length).toBeLessThan(10)
  })

  it('with any one character changed, added or left out is no call', () => {
    const others = 'Az09+/=-_ \n\0'
    for (let place = 0; place < sealed.length; place++) {
      const [before, after] = [sealed.slice(0, place), sealed.slice(place + 1)]
      expect([place, open(ID, before + after)]).toEqual([place, null])
      for (const other of others) {
        if (other !== sealed[place]) expect([place, open(ID, before + other + after)]).toEqual([place, null])
        expect([place, open(ID, before + other + sealed.slice(place))]).toEqual([place, null])
      }
      const flipped = String.fromCharCode(sealed.charCodeAt(place) ^ 1)
      expect([place, open(ID, before + flipped + after)]).toEqual([place, null])
    }
    for (const other of others) expect(open(ID, sealed + other)).toBeNull()
  })

  it('with any one bit of its bytes changed is no call', () => {
    const bytes = Buffer.from(sealed.slice('c1.'.length), 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect([bit, open(ID, `c1.${changed.toString('base64')}`)]).toEqual([bit, null])
    }
  })

  it('of another call, another installation or another version is no call', () => {
    const other = `${ID.slice(0, -1)}2`
    const elsewhere = createSeal(Buffer.alloc(32, 8))
    expect(elsewhere.open(ID, elsewhere.seal(ID, verified))).toEqual(verified)
    const values = {
      "another's": seal(other, { ...verified, id: other }),
      "another's, of this one's id": seal(other, verified),
      'of another SUBJECT_KEY': elsewhere.seal(ID, verified),
      'as the version before wrote it': JSON.stringify(verified),
      'of a form to come': sealed.replace('c1.', 'c2.'),
      'without a form': sealed.slice('c1.'.length),
      'in the open, in the form': `c1.${Buffer.from(JSON.stringify(verified)).toString('base64')}`,
      'in the open, behind the MAC of the true one': `c1.${Buffer.concat([Buffer.from(sealed.slice(3), 'base64').subarray(0, 32), Buffer.from(JSON.stringify(verified))]).toString('base64')}`,
      nothing: '',
      'the form alone': 'c1.',
      null: 'null',
    }
    for (const [what, value] of Object.entries(values)) expect([what, open(ID, value)]).toEqual([what, null])
  })
})

describe('what does not open', () => {
  const OF_A_DAY = { create: false, leaseMs: 3_600_000 }
  const CREATE = { ...OF_A_DAY, create: true }

  /** A call at its second step; then something else is put in its place. */
  async function tampered(value = JSON.stringify(verified)) {
    const kept = memoryCalls(standingClock())
    const told: string[] = []
    const calls = sealedCalls(kept, { ...SEALING, tell: (callId) => void told.push(callId) })
    const claim = await calls.claim(ID, 't0', CREATE)
    if (claim.kind !== 'proceed') throw new Error('it was not claimed')
    await calls.save(ID, claim.claim, callAt(ID, 'menu'), 't1')
    const sealed = (await kept.get(ID)) ?? ''
    if (!(await kept.amend(ID, sealed, value))) throw new Error('it was not changed')
    return { calls, kept, told, sealed }
  }

  it.each(['t1', 't0', 'made up'])('is unknown at the token %s, or begins again with it', async (token) => {
    const once = await tampered()
    expect(await once.calls.get(ID)).toBeNull()
    expect(await once.calls.claim(ID, token, OF_A_DAY)).toEqual({ kind: 'unknown' })
    const again = await tampered()
    const begun = await again.calls.claim(ID, token, { ...CREATE, as: 'a claim' })
    expect(begun).toEqual({ kind: 'proceed', call: null, claim: 'a claim' })
    expect(await again.calls.save(ID, 'a claim', callAt(ID, 'ring'), 't9')).toBe(true)
    expect(await again.calls.get(ID)).toEqual(callAt(ID, 'ring'))
    expect([once.told, again.told]).toEqual([[ID], [ID]])
  })

  it('is seized as a call that is unknown, and takes no claim from nobody', async () => {
    const { calls } = await tampered()
    expect(await calls.seize(ID, OF_A_DAY)).toEqual({ kind: 'unknown' })
    const { calls: others, told } = await tampered()
    expect(await others.seize(ID, { ...CREATE, as: 'it' })).toEqual({ kind: 'proceed', call: null, claim: 'it' })
    expect(await others.claim(ID, 't1', CREATE)).toEqual({ kind: 'busy' })
    expect(told).toEqual([ID])
  })

  it('ends once all the same, and that is not forgotten', async () => {
    const { calls, told } = await tampered()
    expect(await calls.end(ID)).toEqual({ first: true, call: null })
    expect(await calls.end(ID)).toEqual({ first: false, call: null })
    expect(await calls.claim(ID, 't1', CREATE)).toEqual({ kind: 'ended' })
    expect(await calls.get(ID)).toBeNull()
    expect(told).toEqual([ID])
  })

  it('is not changed between two steps', async () => {
    const { calls, kept } = await tampered()
    expect(await calls.amend(ID, verified, { ...verified, entries: 2 })).toBe(false)
    expect(await kept.get(ID)).toBe(JSON.stringify(verified))
  })

  it('is unknown still where somebody writes it again as fast as it is forgotten', async () => {
    const { kept } = await tampered()
    const calls = sealedCalls({ ...kept, forget: async () => {} }, { ...SEALING, tell() {} })
    expect(await calls.claim(ID, 't1', CREATE)).toEqual({ kind: 'unknown' })
  })

  it('leaves what another delivery has saved meanwhile', async () => {
    const { kept, sealed } = await tampered()
    const late = sealedCalls(
      { ...kept, forget: (callId, value) => kept.amend(callId, value, sealed).then(() => kept.forget(callId, value)) },
      { ...SEALING, tell() {} },
    )
    expect(await late.claim(ID, 't0', OF_A_DAY)).toEqual({ kind: 'answered', call: callAt(ID, 'menu'), token: 't1' })
  })
})
