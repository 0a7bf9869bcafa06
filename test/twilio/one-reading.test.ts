/** Whatever form a signed text is cut into, a route reads one thing of it or nothing. */
import { describe, expect, it } from '@jest/globals'
import type { Secret } from '../../src/auth/secret.ts'
import type { Carried } from '../../src/call/call.ts'
import type { Leg, StepInput } from '../../src/turn/turns.ts'
import {
  readCalled,
  readCaller,
  readCallId,
  readKeys,
  readRoom,
  readStatus,
  readStep,
} from '../../src/twilio/read-input.ts'
import { type FormPair, type SignedForm, signedForm } from '../../src/twilio/signature.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'
import { callSid, gathered, twilioFields } from '../support/signing.ts'
import { legSamples, roomSamples } from '../support/twilio-samples.ts'

const ROUTES = { readCallId, readCaller, readCalled, readStep, readStatus, readKeys } as const
const GUARDED = ['CallSid', 'CallStatus', 'DialCallStatus', 'Digits', 'From', 'QueueResult', 'To']
const FOR_AGENTS = ['ForwardedFrom', 'StirVerstat', 'SipHeader_X-Vip', 'SipHeader_X-A', 'SipHeader_X-Note']
const READ: Record<keyof typeof ROUTES, readonly string[]> = {
  readCallId: ['CallSid'],
  readCaller: ['CallSid', 'From', 'To'],
  readCalled: ['CallSid', 'To'],
  readStep: GUARDED,
  readStatus: ['CallSid', 'CallStatus'],
  readKeys: ['CallSid', 'Digits'],
}
type Route = keyof typeof ROUTES
const routes = Object.keys(ROUTES) as Route[]

const pairs = (fields: Record<string, string>): FormPair[] => Object.entries(fields)

/**
 * What a route makes of a form, keys shown; null where it is refused, or tells nothing that is believed. Without what is only for
 * agents to read (`contextOf`), which turns nobody away.
 */
function reading(read: (form: SignedForm) => object, form: readonly FormPair[]): string | null {
  const {
    carried: _,
    ...made
  }: {
    malformed?: string
    callStatus?: unknown
    kind?: unknown
    digits?: Secret | null
    input?: StepInput
    carried?: Carried | null
  } = read(signedForm(form))
  if (made.malformed !== undefined || made.callStatus === null || made.kind === null) return null
  const digits = made.input?.kind === 'digits' ? made.input.digits : made.digits
  return `${JSON.stringify(made)} ${digits?.reveal()}`
}

/** What agents would read of a form, each part that is told. Where a header's own name ends no rule can tell. */
function contextOf(form: readonly FormPair[]): Record<string, string> {
  const { carried }: Partial<Leg> = readCaller(signedForm(form)) as Partial<Leg>
  const { params } = signedForm(form)
  const parts: [string, string | null | undefined][] = [
    ['from', carried?.forwardedFrom],
    ['attestation', carried?.attestation],
  ]
  for (const { name, value } of carried?.headers ?? []) {
    const at = params.find((param) => param.name === `SipHeader_X-${name}`)?.at
    parts.push([`header at ${at}`, (name + value).replaceAll(' ', '')])
  }
  return Object.fromEntries(parts.filter((part): part is [string, string] => typeof part[1] === 'string'))
}

/** The same text with other borders, by a few small changes; null where that gives no form of this text. */
function cutAgain(form: readonly FormPair[], changes: readonly Change[]): FormPair[] | null {
  const { text, params } = signedForm(form)
  let cut = params.map(({ name, value }): FormPair => [name, value])
  for (const { kind, where, by } of changes) cut = change(cut, kind, where, by)
  const again = signedForm(cut).text
  return again === text ? cut : null
}

interface Change {
  kind: 'shift' | 'merge' | 'split' | 'slide'
  where: number
  by: number
}

function change(form: FormPair[], kind: Change['kind'], where: number, by: number): FormPair[] {
  const at = where % form.length
  const [name, value] = form[at] as FormPair
  const [next] = form.slice(at + 1)
  const whole = name + value
  switch (kind) {
    // The border between name and value.
    case 'shift': {
      const border = Math.min(whole.length, Math.max(0, name.length + (by % 9) - 4))
      return form.with(at, [whole.slice(0, border), whole.slice(border)])
    }
    // The next parameter becomes the end of this value.
    case 'merge':
      return next ? form.toSpliced(at, 2, [name, value + next[0] + next[1]]) : form
    // A word of ours in this parameter becomes a parameter.
    case 'split': {
      const found = [...GUARDED, ...FOR_AGENTS]
        .map((word) => [word, whole.indexOf(word, 1)] as const)
        .filter(([, spot]) => spot > 0)
      const [word, spot] = found[by % (found.length || 1)] ?? ['', -1]
      if (spot < 0) return form
      const before: FormPair = spot < name.length ? [whole.slice(0, spot), ''] : [name, whole.slice(name.length, spot)]
      return form.toSpliced(at, 1, before, [word, whole.slice(spot + word.length)])
    }
    // The border between this value and the next name.
    case 'slide': {
      if (!next) return form
      const both = value + next[0]
      const border = Math.min(both.length, Math.max(0, value.length + (by % 9) - 4))
      return form.toSpliced(at, 2, [name, both.slice(0, border)], [both.slice(border), next[1]])
    }
  }
}

const changes = fc.array(
  fc.record({
    kind: fc.constantFrom<Change['kind']>('shift', 'merge', 'split', 'slide'),
    where: fc.nat(80),
    by: fc.nat(60),
  }),
  { minLength: 1, maxLength: 4 },
)

const harmless = fc.constantFrom(
  ...[
    'Dig',
    'its12',
    'Fr',
    'om',
    '1A',
    '@',
    'D',
    'E',
    'hangup',
    'Köln',
    'Straße 5',
    '\u{1f4de}',
    ' ',
    '',
    '+49',
    '0221',
    'T',
  ],
)
const hiding = fc.constantFrom(
  ...GUARDED,
  ...[
    'Digits1234',
    `CallSid${callSid(7)}`,
    'CallStatuscompleted',
    'From+491713920099',
    'Fromanonymous',
    'To+492214710199',
  ],
  ...['ForwardedFrom', 'ForwardedFrom+492214710198', 'StirVerstat', 'StirVerstatTN-Validation-Passed-A'],
  ...['SipHeader_X-', 'SipHeader_X-Vip', 'Sip', 'SourceIp', '4711'],
  ...['QueueResulthangup', 'DialCallStatuscanceled', 'Tosip:+49221471@h', 'Digits=1', 'Digits: 1'],
)
type Words = fc.Arbitrary<string>
const joined = (...parts: Words[]): Words => fc.tuple(...parts).map((texts) => texts.join(''))
const textOf = (word: Words): Words =>
  fc
    .array(fc.oneof(word, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 3 })
    .map((parts) => parts.join(''))
const letter = fc.constantFrom(
  ...['', 'A', 'C', 'Ca', 'CallT', 'D', 'Dir', 'E', 'F', 'Fs', 'G', 'M', 'Q', 'S', 'T', 'U', 'Z', 'z', 'Ü'],
)
const sipHeader = joined(fc.constant('SipHeader_X-'), fc.constantFrom(...GUARDED, 'A', 'Note'))
const extrasOf = (word: Words) =>
  fc.dictionary(fc.oneof(joined(letter, textOf(word)), sipHeader), textOf(word), { maxKeys: 4, noNullPrototype: true })

const address = fc.constantFrom(
  ...['+491713920000', 'anonymous', 'Restricted', '+266696687', 'client:Gerda', 'sip:+491713920018@Evil.example', ''],
  ...['01713920000', '491713920000', 'sip:Max@Muster.de', 'sip:+491713920018;user=phone@h'],
)
const called = fc.constantFrom(
  ...[
    '+492214710100',
    '492214710100',
    '0221 4710100',
    'sip:+492214710100@example.sip.twilio.com',
    'SIPS:02214710100@H;x=Y',
  ],
)
const keys = fc.oneof(
  fc.constantFrom('', '1', '=1', '1234', '1A', '12D', '1*3#', ' 12', 'hangup', 'w', '١٢٣٤'),
  fc.string({ unit: fc.constantFrom(...'0123456789*#ABCD'), maxLength: 8 }),
)

const honest = fc
  .record({ sample: fc.constantFrom(...Object.values(legSamples)), From: address, To: called, Digits: fc.option(keys) })
  .map(({ sample, From, To, Digits }) => ({
    ...sample,
    From,
    To,
    ...(Digits === null ? {} : { Digits }),
  }))
interface Honest {
  base: Record<string, string>
  form: Record<string, string>
}
const withExtras = (word: Words): fc.Arbitrary<Honest> =>
  fc
    .record({ base: honest, extras: extrasOf(word) })
    .map(({ base, extras }) => ({ base, form: { ...extras, ...base } }))
    .filter(({ base, form }) =>
      [...GUARDED, 'ForwardedFrom', 'StirVerstat'].every((one) => one in base || !(one in form)),
    )

/** Where a field may stand is found by these, so they make it unsure too, spelled where they do not stand. */
const IN_EVERY_LEG = ['AccountSid', 'CallSid', 'CallStatus', 'From', 'To']

/** Whether one of the words is spelled elsewhere than in what Twilio itself sends, the names of SIP headers among that. */
function isSpelledElsewhere(words: readonly string[], { base, form }: Honest): boolean {
  const { text, params } = signedForm(pairs(form))
  const ends = params.map(({ name: one, value, at }) => {
    const end = at + one.length
    return { at, end: one in base ? end + value.length : one.startsWith('SipHeader_') ? end : at }
  })
  return words.some((one) => {
    for (let at = text.indexOf(one); at !== -1; at = text.indexOf(one, at + 1)) {
      if (!ends.some((part) => part.at <= at && at + one.length <= part.end)) return true
    }
    return false
  })
}

const RUNS = { numRuns: times(250, 5_000) }

describe('a signed text', () => {
  it('is read in one way at most, whatever form it is cut into', () => {
    let compared = 0
    fc.assert(
      fc.property(withExtras(fc.oneof(harmless, hiding)), changes, changes, ({ form }, one, two) => {
        const forms = [pairs(form), cutAgain(pairs(form), one), cutAgain(pairs(form), two)].filter(
          (cut) => cut !== null,
        )
        for (const route of routes) {
          const readings = forms.map((cut) => reading(ROUTES[route], cut)).filter((made) => made !== null)
          expect(new Set(readings).size).toBeLessThanOrEqual(1)
          if (forms.length > 1) compared += 1
        }
        const told = forms.map(contextOf)
        for (const part of new Set(told.flatMap(Object.keys))) {
          expect(new Set(told.flatMap((one) => one[part] ?? [])).size).toBe(1)
        }
      }),
      RUNS,
    )
    expect(compared).toBeGreaterThan(RUNS.numRuns / 2)
  })

  it('of Twilio is read as it was meant, with any parameters that are not ours', () => {
    let read = 0
    fc.assert(
      fc.property(withExtras(harmless), ({ base, form }) => {
        for (const route of routes) {
          expect(reading(ROUTES[route], pairs(base))).not.toBeNull()
          if (isSpelledElsewhere([...READ[route], ...IN_EVERY_LEG], { base, form })) continue
          expect(reading(ROUTES[route], pairs(form))).toBe(reading(ROUTES[route], pairs(base)))
          read += 1
        }
      }),
      RUNS,
    )
    expect(read).toBeGreaterThan(RUNS.numRuns / 2)
  })

  it('shows agents what the network meant, or nothing', () => {
    fc.assert(
      fc.property(withExtras(fc.oneof(harmless, hiding)), ({ base, form }) => {
        const { from, attestation } = contextOf(pairs(form))
        const meant = contextOf(pairs(base))
        expect([meant.from, undefined]).toContain(from)
        expect([meant.attestation, undefined]).toContain(attestation)
      }),
      RUNS,
    )
  })

  it('with our words in other parameters is read as it was meant, or refused where they matter', () => {
    fc.assert(
      fc.property(withExtras(fc.oneof(harmless, hiding)), ({ base, form }) => {
        for (const route of routes) {
          const made = reading(ROUTES[route], pairs(form))
          if (made !== null) expect(made).toBe(reading(ROUTES[route], pairs(base)))
        }
      }),
      RUNS,
    )
  })
})

const withheld = (fields: Record<string, string>, ...names: string[]) =>
  Object.fromEntries(Object.entries(fields).filter(([one]) => !names.includes(one)))

describe('every sample of Twilio', () => {
  it.each(Object.entries(legSamples))('of a leg is read on every route: %s', (_what, fields) => {
    for (const route of routes) {
      const plain = Object.fromEntries(
        Object.entries(fields).filter(([one]) => one in twilioFields() || READ.readStep.includes(one)),
      )
      expect(reading(ROUTES[route], pairs(fields))).not.toBeNull()
      expect(reading(ROUTES[route], pairs(fields))).toBe(reading(ROUTES[route], pairs(plain)))
    }
  })

  it.each([
    ['an inbound call', {}],
    ['an inbound call that was forwarded', { from: '+4930333333' }],
    ['a withheld caller who was forwarded', { from: '+4930333333' }],
    ['a signed identity', { attestation: 'full' }],
  ])('tells agents what there is to tell: %s', (what, told) => {
    expect(contextOf(pairs(legSamples[what] ?? {}))).toEqual(told)
  })

  it.each(Object.entries(roomSamples))('of a room is read: %s', (_what, fields) => {
    expect(reading(readRoom, pairs(fields))).not.toBeNull()
  })

  it('is refused with another border in what a room is told by', () => {
    const fields = roomSamples['somebody leaves'] as Record<string, string>
    const { AccountSid, CallSid, Coaching, ConferenceSid } = fields
    const { FriendlyName, Hold, StatusCallbackEvent, Timestamp } = fields
    for (const changed of [
      { ...withheld(fields, 'Timestamp'), StatusCallbackEvent: `${StatusCallbackEvent}Timestamp${Timestamp}` },
      { ...withheld(fields, 'Hold'), FriendlyName: `${FriendlyName}Hold${Hold}` },
      { ...withheld(fields, 'CallSid'), AccountSid: `${AccountSid}CallSid${CallSid}` },
      { ...withheld(fields, 'ConferenceSid'), Coaching: `${Coaching}ConferenceSid${ConferenceSid}` },
      { ...withheld(fields, 'StatusCallbackEvent'), StatusCallback: `Event${StatusCallbackEvent}` },
    ]) {
      expect(signedForm(pairs(changed)).text).toBe(signedForm(pairs(fields)).text)
      expect(reading(readRoom, pairs(changed))).toBeNull()
    }
  })
})

describe('a form whose text could be another', () => {
  const keyed = twilioFields(gathered('1234'))
  const cases: [what: string, fields: Record<string, string>][] = [
    ['the name cut short', { ...withheld(keyed, 'Digits'), Dig: 'its1234' }],
    ['the name too long', { ...withheld(keyed, 'Digits'), Digits1: '234' }],
    ['in an empty field', { ...withheld(keyed, 'Digits'), CallerZip: 'Digits1234' }],
    ['brackets', { ...withheld(keyed, 'Digits'), 'Digits[]': '1234' }],
    ['the next field inside', { ...withheld(keyed, 'Direction'), Digits: '1234Directioninbound' }],
  ]
  it.each(cases)('is refused where keys are read: %s', (_what, fields) => {
    expect(reading(readStep, pairs(fields))).toBeNull()
    expect(reading(readKeys, pairs(fields))).toBeNull()
    expect(reading(readCaller, pairs(fields))).not.toBeNull()
    expect(reading(readStatus, pairs(fields))).not.toBeNull()
  })

  it('is refused with another From or To', () => {
    const fields = twilioFields({ ForwardedFrom: '+4930333333' })
    const { From = '', FromCity = '', Direction = '', To = '', ToCity = '' } = fields
    for (const changed of [
      {
        ...withheld(fields, 'From', 'ForwardedFrom'),
        Direction: `${Direction}Forwarded`,
        From: `+4930333333From${From}`,
      },
      { ...withheld(fields, 'From'), ForwardedFrom: `+4930333333From${From}` },
      { ...withheld(fields, 'FromCity'), From: `${From}FromCity${FromCity}` },
      { ...withheld(fields, 'ToCity'), To: `${To}ToCity${ToCity}` },
      { ...withheld(fields, 'From'), Fro: `m${From}` },
      { ...withheld(fields, 'To', 'FromZip'), FromZip: `To${To}` },
    ]) {
      expect(signedForm(pairs(changed)).text).toBe(signedForm(pairs(fields)).text)
      expect(reading(readCaller, pairs(changed))).toBeNull()
      expect(reading(readStep, pairs(changed))).toBeNull()
    }
  })

  it('is refused with a field where Twilio has none: behind a From that is another parameter’s', () => {
    const { AccountSid = '', CallSid = '', CallStatus = '', To = '' } = keyed
    const fields = { AccountSid, CallSid, CallStatus, CallerName: 'From', Digits: '12', To }
    expect(reading(readKeys, pairs(fields))).toBeNull()
    expect(reading(readKeys, pairs({ ...fields, From: '' }))).not.toBeNull()
  })

  it('is refused with a field that is there twice', () => {
    for (const one of ['Digits', 'From', 'CallSid', 'To']) {
      expect(reading(readStep, [...pairs(keyed), [one, keyed[one] ?? '']])).toBeNull()
    }
    expect(reading(readStep, [...pairs(keyed), ['ToCity', ''], ['ToCity', 'x'], ['__proto__', '1']])).not.toBeNull()
  })
})
