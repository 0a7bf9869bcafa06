/** Numbers as networks write them: who they call, and that who calls proves nothing, however it is written. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Hotline } from '../../src/flow/hotline.ts'
import { callerNumberOf, hotlineOfCalled } from '../../src/turn/leg-numbers.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { people } from '../support/people.ts'
import { phone, queueOf } from '../support/phone-call.ts'

const { first: HANNA } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
/** Jana's line, at a brand that offers it to callers. */
const { first: JANA } = people.sternmobil as NonNullable<typeof people.sternmobil>
const JANAS_LINE = '491713920000'

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
})
afterAll(() => app.close())

describe('a hotline', () => {
  it.each([
    '+492214710100',
    '492214710100',
    '0221 4710100',
    '00492214710100',
    'sip:+492214710100@example.sip.twilio.com',
    'sips:02214710100@example.sip.twilio.com;transport=tls',
    'sip:492214710100@example.sip.twilio.com?X-Digits=4711',
  ])('is reached as %s, from the first word to the checked PIN', async (To) => {
    const call = phone(app, { brand: 'rheinnetz', over: { To, Called: To, 'SipHeader_X-Digits': '4711' } })
    await call.toPin(HANNA.number)
    expect(queueOf(await call.key(HANNA.pin))).toBe('rheinnetz.bill')
    expect((await app.context(call.sid)).assurance.level).toBe(2)
    expect(queueOf(await phone(app, { brand: 'rheinnetz', over: { To } }).fallback())).toBe('rheinnetz.general')
  })

  it('is not reached by a number of another country, or one that two hotlines have', () => {
    const hotline = (country_code: string) => ({ brand: { country_code } }) as Hotline
    const [german, austrian] = [hotline('49'), hotline('43')]
    const byNumber = new Map([
      ['+492214710100', german],
      ['+432214710100', austrian],
      ['+49301', german],
    ])
    expect(hotlineOfCalled('+432214710100', byNumber)).toBe(austrian)
    expect(hotlineOfCalled('432214710100', byNumber)).toBe(austrian)
    expect(hotlineOfCalled('02214710100', byNumber)).toBeUndefined()
    expect(hotlineOfCalled('0301', byNumber)).toBe(german)
    for (const called of ['+02214710100', '2214710100', '+4402214710100', '']) {
      expect(hotlineOfCalled(called, byNumber)).toBeUndefined()
    }
  })
})

describe('the number of a caller', () => {
  const toE164 = (written: string, country: string) => (written === '0171' ? `+${country}171` : null)

  it('is taken as it is with its plus, and else only where it is a line that can be dialled', () => {
    const { brand } = app.deps.hotlines.byBrand.get('sternmobil') as Hotline
    expect(callerNumberOf(null, brand, toE164)).toBeNull()
    expect(callerNumberOf('+491713920000', brand, toE164)).toBe('+491713920000')
    expect(callerNumberOf('0171', brand, toE164)).toBe('+49171')
    expect(callerNumberOf('49171', brand, toE164)).toBeNull()
  })

  /** Whether "it is about the line I call from" is offered, and what the agent sees of the caller. */
  async function heard(from: string): Promise<{ offered: boolean; number: string | null }> {
    const call = phone(app, { brand: 'sternmobil', from })
    await call.ring()
    const asked = await call.key('1')
    await call.fallback()
    return {
      offered: /Anruf|anruf/.test(asked) && /Eins/.test(asked),
      number: (await app.context(call.sid)).caller.number,
    }
  }

  it('spares typing however it is written, where it is a line of the public network', async () => {
    const plain = await heard(`+${JANAS_LINE}`)
    expect(plain.number).toBe(`+${JANAS_LINE}`)
    for (const from of [
      JANAS_LINE,
      '0171 3920000',
      `sip:+${JANAS_LINE}@trunk.example`,
      'sip:01713920000@trunk.example',
    ]) {
      expect(await heard(from)).toEqual(plain)
    }
  })

  it('is none where it is a word, an extension, or no line of the public network', async () => {
    const withheld = await heard('anonymous')
    expect(withheld.number).toBeNull()
    for (const from of [
      'sip:4711@pbx',
      'sip:49171@pbx',
      '49171',
      'sip:jana@example.com',
      'client:jana',
      '+266696687',
    ]) {
      expect(await heard(from)).toEqual(withheld)
    }
  })

  it('proves nothing, from a trunk that anybody may have set up', async () => {
    const call = phone(app, { brand: 'sternmobil', from: `sip:+${JANAS_LINE}@evil.example` })
    await call.toPin('1')
    for (const pin of ['0000', '0001']) {
      await call.key(pin)
      expect((await app.context(call.sid)).assurance.level).not.toBe(2)
    }
    await call.hangUp()
    // Two tries were spent on the account, as by anybody who spoofs the number, and the owner has not lost theirs.
    const owner = phone(app, { brand: 'sternmobil', from: `+${JANAS_LINE}` })
    await owner.toPin('1')
    await owner.key(JANA.pin)
    expect(await app.context(owner.sid)).toMatchObject({ assurance: { level: 2 }, failedTriesBefore: 2 })
  })
})
