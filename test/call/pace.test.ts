/** The pace by which speech is timed, held against a voice that really speaks. */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { secondsOfAll, spokenSeconds } from '../../src/call/pace.ts'
import { SAMPLE_TICKET } from '../../src/call/samples.ts'
import { promptsUsed } from '../../src/flow/files/assemble.ts'
import { digitByDigit } from '../../src/flow/steps/deflect.ts'
import { shipped } from '../flow/shipped.ts'
import { times } from '../support/counts.ts'

describe('speech', () => {
  it('takes a second for thirteen letters, and half of one for a digit', () => {
    expect(spokenSeconds('thirteen char')).toBe(1)
    expect(spokenSeconds('1234')).toBe(2)
    expect(
      secondsOfAll([
        { text: 'thirteen char', language: 'en' },
        { text: '12', language: 'en' },
      ]),
    ).toBeCloseTo(2 + 1 / 13)
  })

  it('takes eight seconds for the number of a ticket', () => {
    expect(spokenSeconds(`Deine Ticketnummer ist: ${digitByDigit(SAMPLE_TICKET)}.`)).toBeCloseTo(8, 0)
  })
})

/** Words a minute: with these it speaks a ticket's number in eight seconds. */
const SPEED = '150'
const VOICES: Record<string, string> = { de: 'de', en: 'en-gb', tr: 'tr' }
/** 22,050 samples a second of two bytes, behind a head of 44. */
const HEAD = 44
const BYTES_A_SECOND = 44_100

function heardSeconds(text: string, language: string): number {
  const { stdout } = spawnSync('espeak-ng', ['-v', VOICES[language] ?? language, '-s', SPEED, '--stdout', text])
  return (stdout.length - HEAD) / BYTES_A_SECOND
}

const missing =
  spawnSync('espeak-ng', ['--version']).status === 0 ? null : 'no espeak-ng on the PATH; apt-get install espeak-ng'
if (missing !== null && process.env.REQUIRE_REAL === '1')
  throw new Error(`The real voice is required here, but there is ${missing}`)
const real = missing === null ? describe : describe.skip

real(`every shipped prompt${missing === null ? '' : ` (${missing})`}`, () => {
  const texts = new Map<string, string>()
  for (const hotline of shipped.values()) {
    for (const { code } of hotline.brand.languages)
      for (const { key, vars } of promptsUsed(hotline).values())
        texts.set(hotline.words.speak(code, { key, vars }).text, code)
  }
  const long = [...texts].filter(([text]) => text.length > 26)

  it.each(Object.keys(VOICES))('takes about as long as a voice needs, and all of them together (%s)', (language) => {
    const own = long.filter(([, code]) => code === language).map(([text]) => text)
    expect(own.length).toBeGreaterThan(20)
    // A voice takes its time to speak: a third of them show a pace that is wrong.
    const spoken = own.filter((_, n) => n % times(3, 1) === 0)
    const timed = spoken.map((text) => ({
      text,
      model: spokenSeconds(text, language),
      heard: heardSeconds(text, language),
    }))
    expect(timed.filter(({ model, heard }) => model < 0.7 * heard || model > 1.45 * heard)).toEqual([])
    const sum = (of: 'model' | 'heard'): number => timed.reduce((total, each) => total + each[of], 0)
    expect(sum('model') / sum('heard')).toBeGreaterThan(0.9)
    expect(sum('model') / sum('heard')).toBeLessThan(1.2)
  })
})
