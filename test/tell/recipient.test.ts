import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { tellingKinds } from '../../src/auth/tellings.ts'
import { channels, type Reachable } from '../../src/seams/outbox.ts'
import { recipientOf } from '../../src/tell/recipient.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000)
const email = (over: Partial<Reachable> = {}): Reachable => ({
  id: 1,
  kind: 'email',
  value: 'ada@example.org',
  source: '10000001',
  from: ago(5000),
  to: null,
  confirmed: ago(4000),
  unreachable: null,
  runs: true,
  marks: [],
  ...over,
})
const mobile = (over: Partial<Reachable> = {}): Reachable =>
  email({ id: 2, kind: 'mobile', value: '+491713920001', ...over })
const all = new Set(channels)
const chosen = (contacts: Reachable[], over: Partial<Parameters<typeof recipientOf>[0]> = {}, ways = all) => {
  const found = recipientOf({ kind: 'soft_lock', contacts, at: ago(0.1), now: NOW, ...over }, ways)
  return typeof found === 'string' ? found : `${found.channel} ${found.contact.id}`
}

describe('a message goes', () => {
  it('to the confirmed e-mail address, else to the confirmed mobile', () => {
    expect(chosen([mobile(), email()])).toBe('email 1')
    expect(chosen([mobile()])).toBe('sms 2')
    expect(chosen([mobile(), email()], {}, new Set(['sms'] as const))).toBe('sms 2')
  })

  it('to an address that is new only where there is no other', () => {
    expect(chosen([email({ confirmed: ago(2) }), mobile()])).toBe('sms 2')
    expect(chosen([email({ from: ago(2) }), email({ id: 3 })])).toBe('email 3')
    expect(chosen([email({ confirmed: ago(2) })])).toBe('email 1')
  })

  it.each<[string, Partial<Reachable>]>([
    ['not confirmed (R50)', { confirmed: null }],
    ['to be confirmed only later', { confirmed: ago(-1) }],
    ['over', { to: ago(1) }],
    ['over at this very moment', { to: NOW }],
    ['not yet theirs', { from: ago(-1) }],
    ['of a contract that is over (R42)', { runs: false }],
    ['two addresses', { value: 'ada@example.org,eve@example.org' }],
    ['an address with a line feed', { value: 'ada@example.org\r\nBcc: eve@example.org' }],
    ['an address with a name', { value: 'Ada <ada@example.org>' }],
    ['an address with a route', { value: '"a b"@example.org' }],
  ])('to none that is %s', (_why, over) => {
    expect(chosen([email(over)])).toBe('no_contact')
  })

  it.each(['rest', 'disputed', 'changed_hands', 'gone'] as const)('to no number that is marked %s', (mark) => {
    expect(chosen([mobile({ marks: [mark] })])).toBe('no_contact')
    expect(chosen([mobile({ marks: [mark] }), email()])).toBe('email 1')
  })

  it('to no telephone when it tells of another SIM', () => {
    expect(chosen([mobile()], { kind: 'sim_changed' })).toBe('no_contact')
    expect(chosen([mobile(), email()], { kind: 'sim_changed' })).toBe('email 1')
  })

  it('to those who were there before, when it tells of a new address', () => {
    const at = ago(1)
    expect(chosen([email({ confirmed: at })], { kind: 'contact_changed', at })).toBe('no_contact')
    expect(chosen([email({ confirmed: at }), mobile()], { kind: 'contact_changed', at })).toBe('sms 2')
  })

  it('nowhere, and says so, where there is no way to a contact that would do', () => {
    expect(chosen([email()], {}, new Set())).toBe('no_channel')
    expect(chosen([], {}, new Set())).toBe('no_contact')
  })

  it('never, whatever is known, to what is not current, confirmed and running (threat 52)', () => {
    const moments = fc.constantFrom(null, ago(9000), ago(1), ago(0), ago(-1))
    const contact = fc.record<Reachable>({
      id: fc.nat(),
      kind: fc.constantFrom('email', 'mobile'),
      value: fc.constantFrom('ada@example.org', '+491713920001', 'a@b\nc', ''),
      source: fc.constant('1'),
      from: moments,
      to: moments,
      confirmed: moments,
      unreachable: moments,
      runs: fc.boolean(),
      marks: fc.subarray(['rest', 'disputed', 'changed_hands', 'gone']),
    })
    fc.assert(
      fc.property(fc.array(contact), fc.constantFrom(...tellingKinds), moments, (contacts, kind, at) => {
        const found = recipientOf({ kind, contacts, at: at ?? NOW, now: NOW }, all)
        if (typeof found === 'string') return
        const { contact: one, channel } = found
        expect(one).toMatchObject({ runs: true })
        expect(one.confirmed?.getTime()).toBeLessThanOrEqual(NOW.getTime())
        expect(one.unreachable === null || Number(one.confirmed) > Number(one.unreachable)).toBe(true)
        expect(one.to === null || one.to > NOW).toBe(true)
        expect(one.from === null || one.from <= NOW).toBe(true)
        expect(channel === 'email' ? one.value : one.marks).toEqual(channel === 'email' ? 'ada@example.org' : [])
      }),
    )
  })
})
