import { describe, expect, it } from '@jest/globals'
import type { Next, Reply, Spoken } from '../../src/call/reply.ts'
import { keepDocuments } from '../../src/twilio/kept-documents.ts'
import { CONNECTION_OVERRIDES, PLAIN_VOICES, replyTwiml, type Voices, waitTwiml } from '../../src/twilio/twiml.ts'
import fc from '../support/by-chance.ts'

const MARK = 'the-token-of-the-step-stands-here-and-nowhere-else'
const base = { url: 'https://voice.example.com', overrides: CONNECTION_OVERRIDES }
const otherVoices: Voices = { de: { voice: 'Polly.Daniel-Neural', locale: 'de-DE' } }

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('Äpfel & <b>', '"\'', '', MARK, `say ${MARK} twice`),
)
const spoken: fc.Arbitrary<Spoken> = fc.record(
  {
    text,
    language: fc.constantFrom('de', 'en', 'xx'),
    recording: fc.constant('https://cdn.example.com/a.wav?x=1&y=2'),
  },
  { requiredKeys: ['text', 'language'] },
)
const next: fc.Arbitrary<Next> = fc.oneof(
  fc.record({
    kind: fc.constant('gather' as const),
    numDigits: fc.constantFrom(null, 1, 4),
    timeout: fc.constantFrom(5, 10),
  }),
  fc.record({ kind: fc.constant('enqueue' as const), queue: fc.constantFrom('rheinnetz.bill', 'a&b') }),
  fc.record({ kind: fc.constant('dial' as const), number: fc.constant('+492214710199') }),
  fc.record({ kind: fc.constant('room' as const), room: fc.constant('room-1') }),
  fc.constant({ kind: 'hang_up' as const }),
)
const reply: fc.Arbitrary<Reply | null> = fc.option(fc.record({ say: fc.array(spoken, { maxLength: 3 }), next }))
const token = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,22}$/), fc.constantFrom('ring', 'a b&c', '', MARK))

describe('documents that are kept', () => {
  it('are byte for byte those that are built again, whatever came before', () => {
    const kept = keepDocuments(base)
    const calls = fc.array(fc.tuple(reply, token, fc.constantFrom(PLAIN_VOICES, otherVoices)), { maxLength: 6 })
    fc.assert(
      fc.property(calls, (all) => {
        for (const [one, step, voices] of [...all, ...all])
          expect(kept.reply({ reply: one }, step, voices)).toBe(replyTwiml({ reply: one }, step, voices, base))
      }),
    )
  })

  it('say to those who wait what is built for them, with music and without', () => {
    for (const music of [null, 'https://cdn.example.com/music.mp3?a=1&b=2']) {
      const kept = keepDocuments(base)
      fc.assert(
        fc.property(fc.array(spoken, { maxLength: 3 }), (say) => {
          for (const voices of [PLAIN_VOICES, otherVoices, PLAIN_VOICES])
            for (const keys of [null, base, null])
              expect(kept.wait(say, voices, { musicUrl: music, takesKeys: keys !== null })).toBe(
                waitTwiml(say, voices, { musicUrl: music, keys }),
              )
        }),
      )
    }
  })

  it('are not those of a reply that differs in nothing but what follows', () => {
    const kept = keepDocuments(base)
    const say = [{ text: 'Hallo', language: 'de' }]
    const gather = kept.reply({ reply: { say, next: { kind: 'gather', numDigits: 4, timeout: 8 } } }, 'a', PLAIN_VOICES)
    const longer = kept.reply({ reply: { say, next: { kind: 'gather', numDigits: 4, timeout: 9 } } }, 'a', PLAIN_VOICES)
    expect(longer).toBe(gather.replace('timeout="8"', 'timeout="9"'))
  })

  it('are pushed out, the oldest first, and still the same then', () => {
    const kept = keepDocuments(base)
    const of = (n: number) => ({
      reply: { say: [{ text: `Platz ${n}`, language: 'de' }], next: { kind: 'hang_up' as const } },
    })
    for (let n = 0; n < 1_200; n++) kept.reply(of(n), 'a', PLAIN_VOICES)
    for (const n of [0, 600, 1_199])
      expect(kept.reply(of(n), 'b', PLAIN_VOICES)).toBe(replyTwiml(of(n), 'b', PLAIN_VOICES, base))
  })
})
