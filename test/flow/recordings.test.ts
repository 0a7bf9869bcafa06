/** Recordings: one that fits is played, and one of another text is a finding before any caller hears it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createWords } from '../../src/flow/files/words.ts'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { prove } from '../../src/proof/check.ts'
import { copyOfFlows, type Folder } from './folder.ts'

const FORMAL = 'prompts/de.formal.yaml'
const INFORMAL = 'prompts/de.informal.yaml'
const URL = 'https://cdn.example.com/de/goodbye.wav'

let folder: Folder
beforeEach(() => {
  folder = copyOfFlows()
})
afterEach(() => folder.remove())

/** A prompt with a recording, as YAML on one line. */
function recorded(fields: { text?: string; recording?: string; says?: string; tone?: string }): string {
  return `{ ${Object.entries(fields)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ')} }`
}

/** Records a prompt of the German formal file, in place of its text there. */
function record(key: string, written: string, prompt: string, file = FORMAL): void {
  folder.change(file, `\n${key}: ${written}\n`, `\n${key}: ${prompt}\n`)
}

const GOODBYE = 'Danke für Ihren Anruf. Auf Wiederhören.'
const goodbye = (fields: Parameters<typeof recorded>[0]): void =>
  record('goodbye', GOODBYE, recorded({ text: GOODBYE, recording: URL, says: GOODBYE, ...fields }))

describe('a recording that fits', () => {
  it('is known with its prompt, and with no other', () => {
    goodbye({})
    const { words } = loadHotlines(folder.dir).byBrand.get('rheinnetz') ?? {}
    expect(words?.speak('de', { key: 'goodbye' })).toEqual({ text: GOODBYE, language: 'de', recording: URL })
    expect(words?.speak('de', { key: 'full' })).not.toHaveProperty('recording')
    expect(words?.speak('en', { key: 'goodbye' })).not.toHaveProperty('recording')
  })

  it('may be laid out in its file in other lines', () => {
    record(
      'goodbye',
      GOODBYE,
      `\n  text: >\n    Danke für Ihren Anruf.\n    Auf Wiederhören.\n  recording: ${URL}\n  says: "${GOODBYE}"`,
    )
    expect(folder.findings()).toEqual([])
  })

  it('may be what a waiting caller hears, and what they hear when something broke', () => {
    record(
      'wait.next',
      'Sie sind als Nächstes an der Reihe.',
      recorded({
        text: 'Sie sind als Nächstes an der Reihe.',
        recording: URL,
        says: 'Sie sind als Nächstes an der Reihe.',
      }),
    )
    const apology = 'Entschuldigung, bei uns ist etwas schiefgegangen. Wir verbinden Sie, aber ohne Ihre Kundendaten.'
    record('apology', apology, recorded({ text: apology, recording: URL, says: apology }))
    expect(folder.findings()).toEqual([])
  })

  it('takes the time of its text, as far as the proof can tell', () => {
    const long = 'Danke für Ihren Anruf. '.repeat(6).trim()
    goodbye({ text: long, says: long })
    const { byBrand } = loadHotlines(folder.dir)
    const { findings } = prove([...byBrand.values()].filter(({ brand }) => brand.name === 'rheinnetz'))
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining(`seconds of "${long}"`)])
  })

  it('may be of a prompt that nothing speaks', () => {
    folder.change(FORMAL, '\ngoodbye: ', `\nfarewell: ${recorded({ text: 'a', recording: URL, says: 'b' })}\ngoodbye: `)
    expect(folder.findings()).toEqual([])
  })
})

describe('a text that was changed since', () => {
  it('is a finding where the recording says what it says', () => {
    goodbye({ text: 'Danke für Ihren Anruf. Auf Wiederhören!' })
    const findings = folder.findings()
    expect(findings.length).toBeGreaterThan(0)
    for (const finding of findings) {
      expect(finding).toEqual({
        code: 'recording',
        ...folder.placeOf(FORMAL, `"${GOODBYE}" }`),
        message: expect.stringMatching(
          /'goodbye' is now "Danke .*Wiederhören!", .* says "Danke .*Wiederhören\."; record it again and correct "says", or remove/,
        ),
      })
    }
  })

  it('is told in one line, however it is laid out', () => {
    record(
      'goodbye',
      GOODBYE,
      `\n  text: |\n    Danke für Ihren Anruf.\n    Bis bald.\n  recording: ${URL}\n  says: "${GOODBYE}"`,
    )
    const [finding] = folder.findings()
    expect(finding?.message).toMatch(/^prompt 'goodbye' is now "Danke für Ihren Anruf\. Bis bald\.", /)
  })

  it('is not asked of a text that cannot be spoken: that is another finding', () => {
    goodbye({ text: 'Danke, {caller}.' })
    expect(new Set(folder.findings().map(({ code }) => code))).toEqual(new Set(['prompt']))
  })
})

describe('the words of a brand', () => {
  const GREETING = '"{brand}, guten Tag."'
  const ofRheinnetz = { recording: URL, says: 'Rheinnetz, guten Tag.' }

  it('are compared as they are spoken', () => {
    folder.change(
      'brands/rheinnetz.yaml',
      '\nwords:\n',
      `\nprompts: { de: { greeting: ${recorded({ text: '{brand}, guten Tag.', ...ofRheinnetz })} } }\nwords:\n`,
    )
    expect(folder.findings()).toEqual([])
    const { byBrand } = loadHotlines(folder.dir)
    const heard = (brand: string) => byBrand.get(brand)?.words.speak('de', { key: 'greeting' })
    expect(heard('rheinnetz')).toEqual({ text: 'Rheinnetz, guten Tag.', language: 'de', recording: URL })
    expect(heard('fuldanetz')).toEqual({ text: 'Fuldanetz, guten Tag.', language: 'de' })

    folder.change(
      'brands/rheinnetz.yaml',
      '    brand: Rheinnetz\n    number: Kunden',
      '    brand: RN\n    number: Kunden',
    )
    expect(folder.findings()).toEqual([
      {
        code: 'recording',
        ...folder.placeOf('brands/rheinnetz.yaml', '"Rheinnetz, guten Tag."'),
        message: expect.stringMatching(/is now "RN, guten Tag\.", .* says "Rheinnetz, guten Tag\."; record it again/),
      },
    ])
  })

  it('of another brand make a shared recording a finding, and that brand may have its own', () => {
    record('greeting', GREETING, recorded({ text: '{brand}, guten Tag.', ...ofRheinnetz }))
    expect(folder.findings()).toEqual([
      {
        code: 'recording',
        ...folder.placeOf(FORMAL, '"Rheinnetz, guten Tag."'),
        message: expect.stringMatching(
          /is now "Fuldanetz, guten Tag\." for 'fuldanetz', .*; .* or give 'fuldanetz' a prompt of its own$/,
        ),
      },
    ])
    folder.change(
      'brands/fuldanetz.yaml',
      '\nwords:\n',
      '\nprompts: { de: { greeting: "{brand}, guten Tag." } }\nwords:\n',
    )
    expect(folder.findings()).toEqual([])
  })
})

describe('words that change from call to call', () => {
  it.each([
    ['menu.topic', '"{label}: die {key}."', 'Rechnung: die Eins.'],
    ['menu.person', '"Mit uns sprechen: die {key}."', 'Mit uns sprechen: die Null.'],
    ['wait.position', '"Ihr Platz in der Warteschlange: {position}."', 'Ihr Platz in der Warteschlange: 2.'],
  ])('cannot be recorded: %s', (key, written, says) => {
    record(key, written, recorded({ text: JSON.parse(written), recording: URL, says }))
    const [finding] = folder.findings()
    expect(finding).toEqual({
      code: 'recording',
      ...folder.placeOf(FORMAL, `"${URL}"`),
      message: `prompt '${key}' has words that change from call to call, so it cannot be recorded; remove the recording`,
    })
  })

  it('are spoken, although a recording is there, where a step brings some that it did not announce', () => {
    const prompts = new Map([['de', new Map([['hello', { text: 'Hallo {name}', recording: URL, says: 'Hallo' }]])]])
    const words = createWords({ name: 'small', words: { de: {} } }, prompts)
    expect(words.speak('de', { key: 'hello', vars: { name: 'Jana' } })).toEqual({ text: 'Hallo Jana', language: 'de' })
  })
})

describe('a recording of the wrong form', () => {
  it.each([
    ['without https', 'http://cdn.example.com/a.wav'],
    ['that is no address', 'goodbye.wav'],
    ['without a path', 'https://cdn.example.com'],
    ['with a blank', 'https://cdn.example.com/auf wiederhoeren.wav'],
    ['with an umlaut', 'https://cdn.example.com/auf-wiederhören.wav'],
    ['with a control character', 'https://cdn.example.com/a\u0001.wav'],
    ['with markup', 'https://cdn.example.com/<Hangup/>'],
  ])('is a finding: %s', (_what, recording) => {
    goodbye({ recording })
    expect(folder.findings()).toEqual([
      {
        code: 'field',
        ...folder.placeOf(FORMAL, JSON.stringify(recording)),
        message: expect.stringMatching(/^'goodbye\.recording': write the address of a sound file, "https:/),
      },
    ])
  })

  it('is a finding: longer than any address', () => {
    goodbye({ recording: `https://cdn.example.com/${'a'.repeat(2000)}.wav` })
    expect(folder.findings().map(({ message }) => message)).toEqual([
      expect.stringMatching(/at most 2000 characters; write a shorter one/),
    ])
  })

  it.each(['text', 'recording', 'says'] as const)('is a finding: without "%s"', (missing) => {
    const fields = { text: GOODBYE, recording: URL, says: GOODBYE }
    delete (fields as Partial<typeof fields>)[missing]
    record('goodbye', GOODBYE, recorded(fields))
    expect(folder.findings()).toEqual([
      {
        code: 'field',
        ...folder.placeOf(FORMAL, recorded(fields)),
        message: `'goodbye.${missing}' is missing; add it`,
      },
    ])
  })

  it('is a finding: with a field that is misspelt, and of the wrong type', () => {
    goodbye({ tone: 'friendly' })
    expect(folder.findings()).toEqual([
      expect.objectContaining({
        ...folder.placeOf(FORMAL, 'tone: "friendly"'),
        message: `there is no field 'tone' here; remove it or correct its spelling`,
      }),
    ])
    record('full', 'Im Moment sind leider alle Leitungen belegt. Bitte ruf später wieder an.', '[a, b]', INFORMAL)
    expect(folder.findings().map(({ message }) => message)).toContainEqual(expect.stringMatching(/^'full' must be/))
  })
})
