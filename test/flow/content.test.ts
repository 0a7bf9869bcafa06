import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { secondsOfAll } from '../../src/call/pace.ts'
import { checkSchemas } from '../../src/cli/flows.ts'
import { phaseOn, pinIsShown } from '../../src/flow/brand.ts'
import { promptsUsed, shellPrompts } from '../../src/flow/files/assemble.ts'
import { jsonSchemas } from '../../src/flow/files/json-schemas.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { endsOf, offerFor } from '../../src/flow/waits.ts'
import type { Heard } from '../../src/proof/heard.ts'
import { DEMO_DAY, daysOf, flowsDir, heardFrom, shipped, shippedChecks } from './shipped.ts'

/** How each language asks for keys, names them and refuses: a language that is added is added here. */
const manners: Record<string, Manner> = {
  de: {
    key: /\bdie (Null|Eins|Zwei|Drei|Vier|Fünf|Sechs|Sieben|Acht|Neun)\b/,
    lastOfAll: /.+: (Bitte drück(en Sie)? )?die \p{L}+( und die Raute)?\.$/u,
    otherKeys: /Rautetaste|Sternchen|Sterntaste|Gatter|Doppelkreuz/,
    refusal: /nicht geklappt.*Ziffer.*gesperrt/,
    person: /spricht jemand/,
  },
  en: {
    key: /\bpress (?!star|hash)\w+/i,
    lastOfAll: /(^Then press|.+, press) \w+( and hash)?\.$/,
    otherKeys: /pound|asterisk|square/i,
    refusal: /n't work.*digit.*locked/,
    person: /Somebody will talk/,
  },
  tr: {
    key: /\b(sıfıra|bire|ikiye|üçe|dörde|beşe|altıya|yediye|sekize|dokuza)(?!\p{L})/iu,
    lastOfAll: /(.+ (için|yoksa)|^Öyleyse) \p{L}+( ve kareye)? basın\.$/u,
    otherKeys: /diyez|numara işareti|asteriks|yıldız işareti/i,
    refusal: /olmadı.*rakam.*kilitli/,
    person: /biri sizinle/,
  },
}
interface Manner {
  /** A key is asked for. */
  key: RegExp
  /** A sentence that does so only after it has named the matter. */
  lastOfAll: RegExp
  /** Other words for hash and star. */
  otherKeys: RegExp
  refusal: RegExp
  person: RegExp
}
const mannerOf = (language: string): Manner => {
  const manner = manners[language]
  if (!manner) throw new Error(`say in this test how '${language}' asks for keys`)
  return manner
}

const brands = [...shipped.values()].map((hotline) => [hotline.brand.name, hotline] as const)
const hotlineOf = (name: string): Hotline => {
  const hotline = shipped.get(name)
  if (!hotline) throw new Error(`there is no brand ${name}`)
  return hotline
}

/** What callers hear in calls, while they wait, and in the PIN check in mid-call. Whispers are for agents alone. */
function textsOf(hotline: Hotline, language: string): string[] {
  const inCalls = daysOf(hotline)
    .flatMap((day) => heardFrom(hotline, day))
    .flatMap(({ spoken }) => spoken)
    .filter((spoken) => spoken.language === language)
    .map(({ text }) => text)
  const check = shippedChecks.find(({ brand }) => brand.name === hotline.brand.name)
  const others = [...(check ? promptsUsed(check).values() : shellPrompts)]
    .filter(({ key }) => !/^(whisper|key)\./.test(key))
    .map(({ key, vars }) => (check ?? hotline).words.speak(language, { key, vars }).text)
  return [...new Set([...inCalls, ...others])]
}

/** The key that a prompt leads by. */
const keyOf = (prompt: string, { person_key, more_key }: Hotline['brand']): string =>
  prompt === 'letter.offer' ? '1' : prompt === 'menu.more' ? more_key : person_key

const sentencesOf = (text: string): string[] => text.split(/(?<=[.?!])\s+/)
const broken = (texts: string[], isBroken: (text: string) => boolean): string[] => texts.filter(isBroken)

describe.each(brands)('%s', (_name, hotline) => {
  const { brand } = hotline
  const languages = brand.languages.map(({ code }) => code)
  const offered = endsOf(brand.waits).map((why) => offerFor(brand.waits, why))
  const heard = daysOf(hotline).flatMap((day) => heardFrom(hotline, day))

  it('can say every prompt in some call, in each language', () => {
    for (const language of languages) {
      const all = heard.filter((part) => part.language === language).map(({ text }) => text)
      const neverSaid = [...promptsUsed(hotline).values()]
        // Keys and labels are parts of other prompts; the greeting is spoken before the language is chosen.
        .filter(({ key }) => !/^(menu\.topic|menu\.person|menu\.language|greeting|wait\.|key\.|day\.)/.test(key))
        // Spoken in every language at once, with the time of a sample: test/flow/hours.test.ts has them.
        .filter(({ key }) => !key.startsWith('hours.'))
        .map(({ key, vars }) => ({
          key,
          vars: 'key' in vars ? { ...vars, key: { prompt: `key.${keyOf(key, brand)}` } } : vars,
        }))
        // Spoken between an agent's room and the flow, to agents alone, or while an answer takes long.
        .filter(({ key }) => !/^(talk\.|whisper\.|check\.broken$|moment$)/.test(key))
        .filter(
          ({ key, vars }) => !all.some((text) => text.includes(hotline.words.speak(language, { key, vars }).text)),
        )
        // What the roll-out of this brand makes impossible from the demo day on.
        .filter(({ key }) => !(key === 'no_pin.later' && pinIsShown(brand, DEMO_DAY)))
        .filter(({ key }) => !(key === 'ready.number_only' && phaseOn(brand, DEMO_DAY) === 'mandatory'))
        .filter(({ key }) => !(key === 'ready.number' && brand.topics.every(({ needs }) => needs !== 1)))
        .filter(({ key }) => !(key === 'hand_off.without_data' && brand.roll_out.mandatory === undefined))
        // What the proof tries where a brand offers the own line: that a number is withheld leads no other way here.
        .filter(({ key }) => !(key === 'limited.withheld' && !brand.own_line))
        // What this brand offers to nobody whose wait has ended.
        .filter(({ key }) => !(key === 'unserved.transfer' && !offered.includes('transfer')))
        .filter(({ key }) => !(key.startsWith('ticket.') && !offered.includes('ticket')))
      expect(neverSaid).toEqual([])
    }
  })

  it.each(languages)('says at most 14 words in a sentence (%s)', (language) => {
    const sentences = textsOf(hotline, language).flatMap(sentencesOf)
    expect(broken(sentences, (sentence) => sentence.split(/\s+/).length > 14)).toEqual([])
  })

  it('says nothing in one go that takes longer than 9 s, or 12 s where callers may key, and greets within 4 s', () => {
    const longer = heard.filter(({ spoken, takesKeys }) => secondsOfAll(spoken) > (takesKeys ? 12 : 9))
    expect(longer.map(({ text }) => text)).toEqual([])
    expect(new Set(heard.map(({ takesKeys }) => takesKeys)).size).toBe(2)
    const greetings = heard.filter(({ step }) => step === hotline.flow.start)
    expect(greetings.length).toBeGreaterThan(0)
    expect(greetings.filter(({ spoken }) => secondsOfAll(spoken) > 4)).toEqual([])
  })

  it.each(languages)('never blames the caller (%s)', (language) => {
    const blame =
      /falsch|ungültig|inkorrekt|fehlerhaft|unbekannt|wrong|invalid|incorrect|unknown|yanlış|geçersiz|hatalı|bilinmeyen/i
    // Of a check digit, which anybody can reckon, it may be said that one looks so.
    const told = textsOf(hotline, language).map((text) => text.replace('One digit looks wrong', ''))
    expect(broken(told, (text) => blame.test(text))).toEqual([])
  })

  it('addresses callers in one form only', () => {
    const informal = /\b(du|dir|dich|dein\w*|euch|euer|eure\w*|ruf(?!-)|halte|bleib|kannst|bist|bekommst|beginnst)\b/i
    const formal = /\b(Sie|Ihr|Ihre\w?|Ihnen)\b/
    const other = brand.address === 'formal' ? informal : formal
    const own = brand.address === 'formal' ? formal : informal
    const texts = textsOf(hotline, 'de')
    expect(broken(texts, (text) => other.test(text))).toEqual([])
    expect(texts.some((text) => own.test(text))).toBe(true)
  })

  it.each(languages)('names the matter before the key (%s)', (language) => {
    const { key, lastOfAll } = mannerOf(language)
    const sentences = textsOf(hotline, language)
      .flatMap(sentencesOf)
      .filter((sentence) => key.test(sentence))
    expect(sentences.length).toBeGreaterThan(5)
    expect(broken(sentences, (sentence) => !lastOfAll.test(sentence))).toEqual([])
  })

  it.each(languages)('calls keys and the secret by one noun (%s)', (language) => {
    const texts = textsOf(hotline, language)
    const { otherKeys } = mannerOf(language)
    expect(broken(texts, (text) => otherKeys.test(text))).toEqual([])
    const pin = brand.words[language]?.pin ?? ''
    const codes = brand.call_codes ? ['code', 'Code', 'kod'] : []
    const nouns = new Set([pin, ...(brand.credentials.includes('puk') ? ['PUK'] : []), ...codes])
    const strange = texts.flatMap((text) => {
      const rest = text.replaceAll(/nicht die PIN der SIM|not the SIM PIN/g, '').replaceAll(new RegExp(pin, 'gi'), '')
      return [...rest.matchAll(/[\p{L}-]*(PIN|PUK|kennzahl|kennwort|passwort|password|code)\b/giu)].map(
        ([noun]) => noun,
      )
    })
    expect(strange.filter((noun) => !nouns.has(noun))).toEqual([])
    expect(texts.some((text) => text.includes(pin))).toBe(true)
  })

  it('speaks no digits: no number of anybody, no secret; but times, minutes, and the ticket of a verified caller', () => {
    const telling = heard.filter(({ step }) => hotline.flow.steps.get(step)?.type !== 'hours')
    expect(telling.length).toBeLessThan(heard.length)
    const rest = telling.map(({ text, verified }) => {
      const untimed = text.replace(/\d+ (Minuten|minutes)/, '')
      return verified
        ? untimed.replace(
            /(Ticketnummer ist:|Noch einmal:|ticket number is:?|Once more:|Kayıt numaranız:|Bir kez daha:)( \d,?)+/,
            '',
          )
        : untimed
    })
    expect(broken(rest, (text) => /\d/.test(text))).toEqual([])
  })

  it('offers each other language in that language', () => {
    const [step, texts] =
      languages.length === 2
        ? ['topic', { en: 'For English, press nine.' }]
        : ['language', { de: 'Für Deutsch: die Eins.', en: 'For English, press two.', tr: 'Türkçe için üçe basın.' }]
    const offers = heardFrom(hotline, DEMO_DAY)
      .filter((part) => part.step === step && part.language === 'de')
      .flatMap(({ spoken }) => spoken.map(({ language, text }) => [language, text]))
    expect(offers).toEqual(expect.arrayContaining(Object.entries(texts)))
  })

  it('says the same, word for word, to everybody that it refuses', () => {
    for (const language of languages) {
      const said = (step: string): string[] => [
        ...new Set(heard.filter((part) => part.step === step && part.language === language).map(({ text }) => text)),
      ]
      expect([said('refused').length, said('refused_renew').length, said('queue_refused').length]).toEqual([1, 1, 1])
      const reason = said('refused')[0] ?? ''
      expect(reason).toMatch(mannerOf(language).refusal)
      expect(said('refused_renew')[0]).toContain(brand.words[language]?.pin_renewal ?? 'missing')
      expect(said('queue_refused')[0]).toMatch(mannerOf(language).person)
    }
  })

  it('sends nobody to a place that does not show the PIN yet', () => {
    for (const day of daysOf(hotline).filter((day) => !pinIsShown(brand, day))) {
      for (const language of languages) {
        const place = brand.words[language]?.pin_place ?? 'missing'
        expect(
          broken(
            heardFrom(hotline, day).map(({ text }) => text),
            (text) => text.includes(place),
          ),
        ).toEqual([])
      }
    }
    const later = heardFrom(hotline, daysOf(hotline).at(-1) ?? DEMO_DAY)
    expect(later.some(({ text }) => text.includes(brand.words.de?.pin_place ?? 'missing'))).toBe(true)
  })

  it('has a menu that begins with customer data, and something that needs no proof', () => {
    expect(brand.topics.filter(({ more }) => !more).length).toBeLessThanOrEqual(4)
    expect(brand.topics.find(({ press, more }) => press === '1' && !more)?.needs).toBe(2)
    expect(brand.topics.some(({ needs }) => needs === 0)).toBe(true)
  })

  it('lets no agent swap a SIM, touch bank data or change a PIN by hotline PIN alone', () => {
    expect(brand.actions).toMatchObject({ sim_swap: 'never', bank_data: 'never', pin_change: 'never' })
    // A number alone opens nothing that is read out (R15).
    const read = Object.entries(brand.actions).filter(([action]) => action.startsWith('read_'))
    expect(new Set(read.map(([, level]) => level))).toEqual(new Set([2]))
  })

  it('speaks with voices that exist', () => {
    const { polly } = JSON.parse(readFileSync(join(import.meta.dirname, '../twilio/data/say-voices.json'), 'utf8'))
    for (const { voice } of brand.languages) expect(polly).toContain(voice)
  })
})

describe('the own line', () => {
  const first = (hotline: Hotline, step: string): Heard[] =>
    heardFrom(hotline, DEMO_DAY).filter((part) => part.step === step && part.language === 'de')

  it('is offered in these words, before the number, and not by rheinnetz', () => {
    for (const name of ['sternmobil', 'korbmobil', 'kassemobil', 'alpenfunk']) {
      expect(first(hotlineOf(name), 'number').map(({ text }) => text)).toContain(
        'Geht es um die Nummer, mit der du anrufst? Dann drück Eins und Raute. Sonst tippe deine Ruf-, Kunden- oder SIM-Nummer ein, am Ende die Raute-Taste.',
      )
    }
    expect(first(hotlineOf('rheinnetz'), 'number').some(({ text }) => text.includes('Dann drück'))).toBe(false)
  })

  it('leaves a question that stands alone for withheld numbers', () => {
    expect(first(hotlineOf('sternmobil'), 'number').map(({ text }) => text)).toContain(
      'Bitte tippe deine Kunden-, Vertrags-, Ruf- oder SIM-Nummer ein, am Ende die Raute-Taste. Mit uns sprechen: die Null und die Raute.',
    )
  })
})

describe('the six brands', () => {
  it('show every phase of the roll-out on the demo day', () => {
    const phases = Object.fromEntries(brands.map(([name, { brand }]) => [name, phaseOn(brand, DEMO_DAY)]))
    expect(phases).toEqual({
      alpenfunk: 'announced',
      fuldanetz: 'voluntary',
      kassemobil: 'announced',
      korbmobil: 'announced',
      rheinnetz: 'mandatory',
      sternmobil: 'mandatory',
    })
  })

  it('show the PIN from different days: long since, not yet, and not before it is mandatory', () => {
    const shown = brands.filter(([, { brand }]) => pinIsShown(brand, DEMO_DAY)).map(([name]) => name)
    expect(shown).toEqual(['fuldanetz', 'korbmobil', 'rheinnetz', 'sternmobil'])
    const { brand } = hotlineOf('alpenfunk')
    expect(brand.pin_shown_from).toBe(brand.roll_out.mandatory)
  })

  it('have the numbers, forms of address and credentials of their schemes', () => {
    expect(brands.map(([name, { brand }]) => [name, brand.numbers, brand.address, brand.credentials])).toEqual([
      ['alpenfunk', ['+498999998300'], 'informal', ['pin', 'puk']],
      ['fuldanetz', ['+493023125400'], 'formal', ['pin']],
      ['kassemobil', ['+494066969202'], 'informal', ['pin']],
      ['korbmobil', ['+494066969201'], 'informal', ['pin']],
      ['rheinnetz', ['+492214710100'], 'formal', ['pin']],
      ['sternmobil', ['+494066969200'], 'informal', ['pin']],
    ])
  })

  it('say at alpenfunk that another PIN is meant', () => {
    const asked = heardFrom(hotlineOf('alpenfunk'), DEMO_DAY).filter(({ step }) => step === 'pin')
    expect(
      asked.some(({ text }) =>
        text.endsWith('Kundenkennzahl oder PUK ein, am Ende die Raute-Taste. Nimm nicht die PIN der SIM.'),
      ),
    ).toBe(true)
    expect(
      asked.some(({ text }) => text.endsWith("customer code or PUK, then press hash. It's not the SIM PIN.")),
    ).toBe(true)
  })

  it('use a topic that needs the number alone', () => {
    expect(brands.some(([, { brand }]) => brand.topics.some(({ needs }) => needs === 1))).toBe(true)
  })
})

describe('the files for editors', () => {
  it('are up to date, and every YAML file names its own', () => {
    const complaints: string[] = []
    expect(checkSchemas(flowsDir, (line) => complaints.push(line))).toBe(true)
    expect(complaints).toEqual([])
    const named = (folder: string): string[] =>
      readdirSync(join(flowsDir, folder))
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => readFileSync(join(flowsDir, folder, name), 'utf8').split('\n')[0] ?? '')
    const line = (schema: string): string => `# yaml-language-server: $schema=${schema}`
    expect(new Set(named('.'))).toEqual(new Set([line('./flow.schema.json')]))
    expect(new Set(named('brands'))).toEqual(new Set([line('../brand.schema.json')]))
    expect(new Set(named('prompts'))).toEqual(new Set([line('../prompts.schema.json')]))
  })
})

/** A part of a JSON Schema. */
interface Part {
  $ref?: string
  $defs?: Record<string, Part>
  description?: string
  properties?: Record<string, Part>
  [keyword: string]: unknown
}

describe('every field that an author can write', () => {
  const schemas = Object.entries(jsonSchemas()) as [string, Part][]

  /** Fields without a word about them, as paths. */
  function silent(part: Part, path: string): string[] {
    const own = Object.entries(part.properties ?? {})
    const inside = Object.entries(part).flatMap(([key, value]): [string, Part][] => {
      if (key === 'properties' || typeof value !== 'object' || value === null) return []
      return Object.entries(Array.isArray(value) ? { ...value } : { '': value as Part })
    })
    return [
      ...own.filter(([, field]) => !field.description).map(([name]) => `${path}.${name}`),
      ...[...own, ...inside].flatMap(([name, field]) => silent(field, name === '' ? path : `${path}.${name}`)),
    ]
  }

  it.each(schemas)('is explained where editors look: %s', (name, schema) => {
    const fields = JSON.stringify(schema).match(/"properties":/g)?.length ?? 0
    expect(name === 'prompts.schema.json' ? fields : fields > 3).toBeTruthy()
    expect(silent(schema, name)).toEqual([])
  })
})
