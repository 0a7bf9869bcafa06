import { describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { tellingKinds } from '../../src/auth/tellings.ts'
import type { CallCodes } from '../../src/seams/call-codes.ts'
import type { LogFields } from '../../src/seams/log.ts'
import type { Claimed, Message, MessageSender, Outbox, Reachable } from '../../src/seams/outbox.ts'
import { AGAIN_MS, createTelling } from '../../src/tell/telling.ts'
import { shipped } from '../flow/shipped.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const contact: Reachable = {
  id: 7,
  kind: 'email',
  value: 'ada@example.org',
  source: '50284716',
  from: null,
  to: null,
  confirmed: new Date('2026-01-01T00:00:00Z'),
  unreachable: null,
  runs: true,
  marks: [],
}
const claimed = (over: Partial<Claimed> = {}): Claimed => ({
  id: 1,
  brand: 'sternmobil',
  ref: 'r1',
  kind: 'soft_lock',
  at: NOW,
  now: NOW,
  tries: 0,
  isLate: false,
  language: 'de',
  contacts: [contact],
  ...over,
})

/** One round over what is claimed: what was sent, what became of each, and what was logged. */
async function round(
  all: Claimed[],
  send: MessageSender | null = async () => 'sent',
  makeToSend: CallCodes['makeToSend'] = async () => null,
) {
  const sent: Message[] = []
  const became: unknown[] = []
  const logged: LogFields[] = []
  const outbox: Outbox = {
    claim: async () => all,
    sent: async (id, to) => void became.push({ id, ...to }),
    drop: async (id, reason) => void became.push({ id, reason }),
    again: async (id, inMs) => void became.push({ id, inMs }),
    standing: async () => ({ waiting: 0, oldestMs: null }),
  }
  const sender: MessageSender | null =
    send &&
    (async (message) => {
      sent.push(message)
      return send(message)
    })
  const note = (fields: LogFields): void => void logged.push(fields)
  const log = { info: note, warn: note, error: note }
  const telling = createTelling({
    hotlines: { byBrand: shipped },
    outbox,
    senders: { email: sender, sms: sender },
    callCodes: { makeToSend },
    log,
  })
  expect(await telling()).toBe(all.length)
  return { sent, became, logged }
}

const broken: MessageSender = () => Promise.reject(new Error('the connection was reset'))

describe('a message to a customer', () => {
  it('says the least, in the language and address of the brand, and is written down by reference', async () => {
    const { sent, became, logged } = await round([claimed(), claimed({ id: 2, language: 'en' })])
    expect(sent[0]).toEqual({
      id: '1.sternmobil',
      channel: 'email',
      to: 'ada@example.org',
      from: 'hinweis@sternmobil.example',
      name: 'Sternmobil',
      language: 'de',
      subject: 'Deine Legi-PIN',
      text: expect.stringContaining('Warst du das nicht'),
    })
    expect(sent[1]).toMatchObject({ language: 'en', subject: 'Your Legi PIN' })
    expect(became[0]).toEqual({ id: 1, contact: 7, channel: 'email', source: '50284716' })
    expect(JSON.stringify([became, logged])).not.toContain('ada@example.org')
  })

  it('has the first language of the brand where the customer has another', async () => {
    const { sent } = await round([claimed({ language: 'fr' })])
    expect(sent[0]?.subject).toBe('Deine Legi-PIN')
  })

  it.each<[string, Partial<Claimed>]>([
    ['too_late', { isLate: true }],
    ['no_contact', { contacts: [] }],
    ['no_contact', { contacts: [{ ...contact, to: NOW }] }],
    ['no_text', { kind: null }],
    ['no_text', { brand: 'gone' }],
  ])('that may not go out is %s, and not sent', async (reason, over) => {
    expect(await round([claimed(over)])).toMatchObject({ sent: [], became: [{ id: 1, reason }] })
  })

  it('is not sent where there is no way to, and no call is the worse for it', async () => {
    expect((await round([claimed()], null)).became).toEqual([{ id: 1, reason: 'no_channel' }])
  })

  it('that is refused is not sent again', async () => {
    expect((await round([claimed()], async () => 'refused')).became).toEqual([{ id: 1, reason: 'refused' }])
  })

  it('is tried again after ever longer, and given up', async () => {
    const tries = [...AGAIN_MS.keys(), AGAIN_MS.length]
    const { became, sent } = await round(
      tries.map((before) => claimed({ id: before, tries: before })),
      broken,
    )
    expect(became).toEqual([...AGAIN_MS.map((inMs, id) => ({ id, inMs })), { id: AGAIN_MS.length, reason: 'gave_up' }])
    expect(new Set(sent.map(({ id }) => id.replace(/^\d+/, ''))).size).toBe(1)
    expect([...AGAIN_MS].sort((a, b) => a - b)).toEqual([...AGAIN_MS])
  })

  it('that brings a call code has one made when it goes out, for that account, another each time, and keeps none', async () => {
    const made = ['5836195728403912', '1000000000000003'].map((digits) => new Secret(digits))
    const asked: unknown[] = []
    const all = [0, 1].map((tries) => claimed({ kind: 'call_code_sent', tries }))
    const { sent, became, logged } = await round(all, broken, async ({ brand, ref }) => {
      asked.push([brand, ref])
      return made[asked.length - 1] ?? null
    })
    expect(asked).toEqual([0, 1].map(() => ['sternmobil', 'r1']))
    expect(sent.map(({ id, text }) => [id, text.match(/[0-9][0-9 ]+[0-9]/)?.[0]])).toEqual([
      ['1-0.sternmobil', '5836 1957 2840 3912'],
      ['1-1.sternmobil', '1000 0000 0000 0003'],
    ])
    expect(JSON.stringify([became, logged])).not.toMatch(/5836|1000 /)
  })

  it('that brings a call code is not sent, and none is made, where there is nobody to send to, it is late, or the account gets none', async () => {
    const never = (): Promise<null> => Promise.reject(new Error('none is to be made'))
    const kind = 'call_code_sent'
    const late = await round([claimed({ kind, isLate: true }), claimed({ kind, contacts: [] })], undefined, never)
    expect(late).toMatchObject({ sent: [], became: [{ reason: 'too_late' }, { reason: 'no_contact' }] })
    expect(await round([claimed({ kind })])).toMatchObject({ sent: [], became: [{ reason: 'no_code' }] })
  })

  it('that fails keeps none of the others back', async () => {
    const { became } = await round([claimed(), claimed({ id: 2 })], async ({ id }) =>
      id.startsWith('1.') ? broken({} as Message) : 'sent',
    )
    expect(became).toEqual([{ id: 1, inMs: AGAIN_MS[0] }, expect.objectContaining({ id: 2, contact: 7 })])
  })
})

/** The one figure that stands in a message. */
const CODE = '…'

const texts = [...shipped.values()].flatMap(({ brand, words }) =>
  brand.languages.flatMap(({ code }) =>
    tellingKinds.map(
      (kind) =>
        [
          `${brand.name} ${code} ${kind}`,
          words.speak(code, { key: `message.${kind}`, vars: { code: CODE } }).text,
        ] as const,
    ),
  ),
)

describe('the text of a message', () => {
  it.each(texts)('%s has no number, no link and no name, and fits into two text messages', (_name, text) => {
    expect(text).not.toMatch(/[0-9]|https?:|www\.|@|\.(de|com)\b|\{/)
    // https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding; Turkish letters need UCS-2, which takes more.
    expect(text.replace(CODE, '5836 1957 2840 3912').length).toBeLessThanOrEqual(306)
  })

  it('begins with the brand, for a text message says no more of who it is from', () => {
    for (const [name, text] of texts) expect(text.toLowerCase().startsWith(`${name.split(' ')[0]}: `)).toBe(true)
  })
})
