/** What operators are told at the start where brand files and settings do not fit, so that customers would not be told. */
import { expect, it } from '@jest/globals'
import type { Channel } from '../../src/seams/outbox.ts'
import { type Unfit, unfitWays, type untold } from '../../src/tell/ways-out.ts'

type OfBrand = Parameters<typeof untold>[0][number]

const topic = (sets?: 'pin'): OfBrand['topics'] => [
  { name: 'bill', press: '1', needs: 2, written: false, more: false, ...(sets && { sets }) },
]
const brand = (name: string, messages?: OfBrand['messages'], more: Partial<OfBrand> = {}): OfBrand => {
  return { name, topics: topic(), ...(messages && { messages }), ...more }
}
const both = new Set<Channel>(['email', 'sms'])
const told = (found: readonly Unfit[]) => found.map(({ reason, brands }) => [reason, ...brands].join(' '))
const unfit = (brands: OfBrand[], there: ReadonlySet<Channel>, isPortalOpen = false) =>
  told(unfitWays(brands, there, { isPortalOpen }))

const email = { email: 'hinweis@lindenfon.example' }
const sms = { sms: 'Lindenfon' }

it('is nothing where every brand that tells has a way out', () => {
  expect(unfit([brand('a', { ...email, ...sms }), brand('b')], both)).toEqual([])
  expect(unfit([brand('a', sms)], new Set(['sms']))).toEqual([])
})

it('names the brands that tell by what the server cannot send', () => {
  expect(unfit([brand('a', email), brand('b', sms), brand('c', email)], new Set(['sms']))).toEqual(['no_sender a c'])
  expect(unfit([brand('a', email), brand('b', sms)], new Set())).toEqual(['no_sender a', 'no_sender b'])
})

it('tells of a mail server that no brand sends by, and of Twilio not, which is there for calls', () => {
  expect(unfit([brand('a', sms), brand('b')], both)).toEqual(['no_brand'])
  expect(unfit([brand('a', email)], both)).toEqual([])
})

it('names brands whose customers change a secret themselves and are told by nobody', () => {
  const changes = { topics: topic('pin') }
  expect(unfit([brand('a', undefined, changes), brand('b', sms, changes)], both)).toContain('nobody_told a')
  const inPortal = brand('c', undefined, { portal: { acr: ['mfa'] } })
  expect(unfit([inPortal], new Set(['sms']), true)).toEqual(['nobody_told c'])
  expect(unfit([inPortal], new Set(['sms']))).toEqual([])
  // Its portal is another process.
  const looksUp = brand('d', undefined, { portal: { acr: ['mfa'], look_up: ['mfa_app'] } })
  expect(unfit([looksUp], new Set(['sms']))).toEqual(['nobody_told d'])
})

it('says what to do', () => {
  const found = unfitWays([brand('a', email)], new Set(), { isPortalOpen: false })
  expect(found[0]?.sentence).toContain('e-mail, and SMTP_URL is not set')
})
