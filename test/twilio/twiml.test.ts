import { describe, expect, it } from '@jest/globals'
import { SaxesParser } from 'saxes'
import type { Call } from '../../src/call/call.ts'
import type { Gather, Next, Reply, Spoken } from '../../src/call/reply.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { promptSchema } from '../../src/flow/prompt.ts'
import { readTwiml } from '../../src/simulator/engine/twiml-reader.ts'
import type { Verb } from '../../src/simulator/engine/verbs.ts'
import { lastWords } from '../../src/twilio/last-words.ts'
import { sorryTwiml, staticFallback } from '../../src/twilio/static-fallback.ts'
import { CONNECTION_OVERRIDES, EMPTY, PLAIN_VOICES, replyTwiml, twiml, waitTwiml } from '../../src/twilio/twiml.ts'
import { shipped } from '../flow/shipped.ts'
import fc from '../support/by-chance.ts'
import { checkTwiml } from '../support/twiml-checker.ts'

const TOKEN = 'Zm9vYmFyYmF6cXV4MTIzNA'
const base = { url: 'https://voice.example.com', overrides: '' }
const gather: Gather = { kind: 'gather', numDigits: null, timeout: 10 }
const nexts: Next[] = [
  gather,
  { kind: 'gather', numDigits: 4, timeout: 8 },
  { kind: 'enqueue', queue: 'rheinnetz.general' },
  { kind: 'dial', number: '+492214710199' },
  { kind: 'hang_up' },
]
const say = (text: string, language = 'de') => [{ text, language }]
const reply = (words: Reply['say'], next: Next): Reply => ({ say: words, next })
const write = (words: Reply['say'], next: Next, to = base) => twiml(reply(words, next), TOKEN, PLAIN_VOICES, to)

const RECORDING = 'https://cdn.example.com/de/a.wav'

/** A call whose caller hears that, and then waits. */
function callWith(spoken: Spoken): Pick<Call, 'reply'> {
  return { reply: reply([spoken], gather) }
}

/** What the simulator's phone plays of a verb. */
function urlsPlayed(verb: Verb): string[] {
  const sounds = verb.verb === 'Gather' ? verb.prompts : [verb]
  return sounds.flatMap((sound) => (sound.verb === 'Play' ? [sound.url] : []))
}

/** All that is spoken, as an XML parser reads it. */
function spokenText(xml: string): string[] {
  const parser = new SaxesParser()
  const texts: string[] = []
  let inSay = false
  parser.on('opentag', ({ name }) => {
    inSay = name === 'Say'
    if (inSay) texts.push('')
  })
  parser.on('closetag', () => {
    inSay = false
  })
  parser.on('text', (text) => {
    if (inSay) texts[texts.length - 1] += text
  })
  parser.write(xml).close()
  return texts
}

describe('a reply as TwiML', () => {
  it('asks for keys inside a Gather, and never ends by silence', () => {
    expect(write(say('Ihre PIN, bitte.'), { kind: 'gather', numDigits: 4, timeout: 8 })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response>' +
        `<Gather input="dtmf" action="https://voice.example.com/voice/step/${TOKEN}" method="POST" numDigits="4"` +
        ' finishOnKey="#" timeout="8" actionOnEmptyResult="true">' +
        '<Say voice="Polly.Vicki-Neural" language="de-DE">Ihre PIN, bitte.</Say></Gather>' +
        `<Redirect method="POST">https://voice.example.com/voice/step/${TOKEN}</Redirect></Response>`,
    )
  })

  it('leaves numDigits out where the caller ends with the hash key', () => {
    expect(write([], gather)).not.toContain('numDigits')
  })

  it('brings the caller into a queue that gives them back to the step', () => {
    expect(write(say('One moment.', 'en'), { kind: 'enqueue', queue: 'rheinnetz.general' })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say voice="Polly.Amy-Neural" language="en-GB">One moment.</Say>' +
        `<Enqueue action="https://voice.example.com/voice/step/${TOKEN}" method="POST"` +
        ' waitUrl="https://voice.example.com/voice/wait" waitUrlMethod="POST">rheinnetz.general</Enqueue></Response>',
    )
  })

  it('dials a number and hangs up', () => {
    expect(write([], { kind: 'dial', number: '+492214710199' })).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><Response><Dial action="https://voice.example.com/voice/step/${TOKEN}"` +
        ' method="POST" answerOnBridge="true">+492214710199</Dial></Response>',
    )
    expect(write(say('Tschüss.'), { kind: 'hang_up' })).toMatch(/Tschüss\.<\/Say><Hangup\/><\/Response>$/)
  })

  it('speaks each language with its voice, and a language without one with a plain voice', () => {
    const voices = { de: { voice: 'Google.de-DE-Neural2-C', locale: 'de-DE' } }
    const xml = twiml(reply([...say('a'), ...say('b', 'en'), ...say('c', 'fr')], gather), TOKEN, voices, base)
    expect(xml.match(/voice="[^"]+"/g)).toEqual([
      'voice="Google.de-DE-Neural2-C"',
      'voice="Polly.Amy-Neural"',
      'voice="Polly.Amy-Neural"',
    ])
  })

  it('plays a recording in place of its text, inside a Gather too, and speaks the rest', () => {
    const words = [
      { text: 'Ihre PIN.', language: 'de', recording: 'https://cdn.example.com/de/pin.wav?v=1&take="2"' },
      ...say('For English, press nine.', 'en'),
    ]
    for (const next of nexts) {
      const xml = write(words, next)
      expect(checkTwiml(xml)).toEqual([])
      expect(xml).not.toContain('Ihre PIN.')
      expect(xml).toMatch(
        /(<Response>|<Gather [^>]*>)<Play>https:\/\/cdn\.example\.com\/de\/pin\.wav\?v=1&amp;take="2"<\/Play><Say /,
      )
    }
    expect(write(words, gather)).toMatch(/<Gather [^>]*><Play>.*<\/Play><Say .*<\/Say><\/Gather>/)
  })

  it('plays what a stored call holds', () => {
    const stored: Call = JSON.parse(JSON.stringify(callWith({ text: 'a', language: 'de', recording: RECORDING })))
    expect(replyTwiml(stored, TOKEN, PLAIN_VOICES, base)).toContain(`<Play>${RECORDING}</Play>`)
  })

  it('is valid with every address that a prompt may name', () => {
    const address = fc
      .stringMatching(/^https:\/\/[\w.~:%@!$&'()*+,;=[\]-]+\/[\w.~:%@!$&'()*+,;=[\]/?#-]*$/, { maxLength: 200 })
      .filter((recording) => promptSchema.safeParse({ text: 'a', recording, says: 'a' }).success)
    fc.assert(
      fc.property(address, fc.constantFrom(...nexts), (recording, next) => {
        const xml = write([{ text: 'a', language: 'de', recording }], next)
        expect(checkTwiml(xml)).toEqual([])
        expect(readTwiml(xml, base.url, 'call document').flatMap(urlsPlayed)).toEqual([recording])
      }),
      { numRuns: 200 },
    )
  })

  it('asks Twilio to try again in all of its URLs', () => {
    for (const next of nexts) {
      const xml = write([], next, { ...base, overrides: CONNECTION_OVERRIDES })
      expect(checkTwiml(xml)).toEqual([])
      for (const [url] of xml.matchAll(/https:[^"<]+/g))
        expect(url).toContain('#rc=2&amp;rp=ct,5xx,rt&amp;rt=7000&amp;tt=14000')
    }
  })

  it('is valid whatever is to be spoken, and says it unchanged but for what XML cannot carry', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({
        unit: fc.constantFrom(
          '<',
          '>',
          '&',
          '"',
          "'",
          ']]>',
          '<!--',
          '\u0000',
          '\u001b',
          '\r\n',
          '\ud800',
          '\ufffe',
          'ß',
          ' ',
        ),
      }),
      fc.string({ unit: 'grapheme', minLength: 300, maxLength: 6000, size: 'max' }),
    )
    const spoken = fc.array(fc.record({ text: texts, language: fc.constantFrom('de', 'en', 'xx') }), { maxLength: 4 })
    fc.assert(
      fc.property(spoken, fc.constantFrom(...nexts), (words, next) => {
        const xml = write(words, next, { ...base, overrides: CONNECTION_OVERRIDES })
        expect(checkTwiml(xml)).toEqual([])
        const letters = (text: string) => text.replace(/[\s\p{Cc}\p{Cs}\ufffe\uffff]/gu, '')
        expect(letters(spokenText(xml).join(''))).toBe(letters(words.map(({ text }) => text).join('')))
      }),
      { numRuns: 300 },
    )
  })

  it('cuts a long text between words', () => {
    const text = 'Donaudampfschifffahrt '.repeat(100).trim()
    const parts = spokenText(write(say(text), gather))
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.join(' ')).toBe(text)
  })
})

describe('waiting', () => {
  const words = say('Sie sind als Nächste dran.')
  it('is words, then music or quiet, and asked for again well under 3 minutes', () => {
    const [inQuiet, withMusic] = [null, 'https://cdn.example.com/wait.mp3'].map((musicUrl) => ({
      musicUrl,
      keys: null,
    }))
    if (!inQuiet || !withMusic) throw new Error('there are two')
    const quiet = waitTwiml(words, PLAIN_VOICES, inQuiet)
    expect(quiet).toMatch(/dran\.<\/Say><Pause length="20"\/><\/Response>$/)
    const music = waitTwiml(words, PLAIN_VOICES, withMusic)
    expect(music).toMatch(/<Play>https:\/\/cdn.example.com\/wait.mp3<\/Play><Pause length="3"\/><\/Response>$/)
    const played = waitTwiml([{ text: 'a', language: 'de', recording: RECORDING }], PLAIN_VOICES, inQuiet)
    expect(played).toContain(`<Response><Play>${RECORDING}</Play><Pause length="20"/></Response>`)
    for (const xml of [quiet, music, played, waitTwiml([], {}, inQuiet)]) {
      expect(checkTwiml(xml, 'enqueueWait')).toEqual([])
      // Behind music too: a file that cannot be played would be asked for without end.
      expect(readTwiml(xml, base.url, 'wait document').at(-1)).toMatchObject({ verb: 'Pause' })
    }
  })

  it('takes a key at any time where there is one that leads out, and asks again for itself', () => {
    const xml = waitTwiml(words, PLAIN_VOICES, { musicUrl: 'https://cdn.example.com/wait.mp3', keys: base })
    expect(checkTwiml(xml, 'enqueueWait')).toEqual([])
    const [gather, ...rest] = readTwiml(xml, base.url, 'wait document')
    expect(rest).toMatchObject([{ verb: 'Pause' }])
    expect(gather).toMatchObject({ verb: 'Gather', numDigits: 1, timeout: 1, actionOnEmptyResult: false })
    expect(xml).toMatch(/action="[^"]+\/voice\/wait"/)
    expect(xml).toMatch(
      /dran\.<\/Say><Play>[^<]+<\/Play><Pause length="3"\/><\/Gather><Pause length="1"\/><\/Response>$/,
    )
  })
})

describe('documents that need nothing of ours', () => {
  const number = '+492214710199'
  const kassemobil = lastWords(shipped.get('kassemobil') as Hotline)
  const documents = [
    staticFallback({ number, queue: 'rheinnetz.general' }),
    staticFallback({ number: null, queue: 'rheinnetz.general' }),
    sorryTwiml({ number, queue: 'rheinnetz.general' }),
    sorryTwiml({ number: null, queue: 'rheinnetz.general' }),
    sorryTwiml({ number: null, queue: null }),
    sorryTwiml({ number, queue: null }, kassemobil),
    staticFallback({ number, queue: null }, kassemobil),
    EMPTY,
  ]

  it.each(documents)('are valid, fetch nothing and short enough for a TwiML Bin: %s', (xml) => {
    expect(checkTwiml(xml)).toEqual([])
    expect(checkTwiml(xml, 'call+inline')).toEqual([])
    expect(xml).not.toMatch(/https?:|action=|waitUrl=/)
  })

  it('say it in both languages and bring the caller to a person', () => {
    for (const xml of documents.slice(0, 5)) {
      expect(xml).toContain('language="de-DE"')
      expect(xml).toContain('language="en-GB"')
      expect(xml).toMatch(/<Hangup\/><\/Response>$/)
    }
    expect(documents[0]).toContain(`<Dial answerOnBridge="true" timeout="40">${number}</Dial>`)
    expect(documents[1]).toContain('<Enqueue>rheinnetz.general</Enqueue>')
    expect(documents[2]).toContain(number)
    expect(documents[3]).toContain('<Enqueue>rheinnetz.general</Enqueue>')
    expect(documents[4]).not.toMatch(/Dial|Enqueue/)
  })

  it('say it in every language of the brand, where it is known, by its voices', () => {
    for (const xml of documents.slice(5, 7)) {
      const spoken = ['de-DE', 'en-GB', 'tr-TR'].map((locale) => xml.split(`language="${locale}"`).length - 1)
      expect(spoken).toEqual([2, 2, 2])
      expect(xml).toContain('<Say voice="Polly.Burcu-Neural" language="tr-TR">Özür dileriz, bizde bir sorun oluştu.')
    }
  })
})
