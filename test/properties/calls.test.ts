/** What holds for every call, no matter who calls and what the world answers. */
import { describe, expect, it } from '@jest/globals'
import { type Claim, outcomes } from '../../src/call/call.ts'
import { SAMPLE_NOTICE, SAMPLE_TICKET } from '../../src/call/samples.ts'
import { promptsUsed } from '../../src/flow/files/assemble.ts'
import { type Hotline, topicOf } from '../../src/flow/hotline.ts'
import type { Line } from '../../src/flow/step.ts'
import { replyTwiml } from '../../src/twilio/twiml.ts'
import { shipped } from '../flow/shipped.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'
import { checkTwiml } from '../support/twiml-checker.ts'
import {
  type Act,
  CALLER,
  doing,
  type Exchange,
  keying,
  runCall,
  type Scene,
  scenes,
  type World,
  worlds,
} from './any-call.ts'

/**
 * Turns after which every caller who goes on keying is with a person, or hears the end. Counted by hand over the shipped
 * flow, with every silence, wrong key and stray hash that each step forgives: 26 turns and a hash after each short entry.
 */
const MOST_TURNS = 40

/** The policy, in figures: a change of it must be seen here. */
const MOST_TRIES = 3
const MOST_ENTRIES = 3

const runs = { numRuns: times(100, 1000) }

/** Any call at all, printed so that a failure can be read. */
const calls = scenes.chain((scene) => fc.tuple(fc.constant(scene), doing(scene.hotline), worlds))
const everyCall = (holds: (exchanges: Exchange[], scene: Scene) => void): void =>
  fc.assert(
    fc.property(calls, ([scene, acts, world]) => holds(runCall(scene, acts, world), scene)),
    runs,
  )

describe('any call', () => {
  it('is among these of every sort, or the rest would say little', () => {
    const ends = fc.sample(calls, { numRuns: 1000, seed: 20_261_122 }).map(([scene, acts, world]) => {
      const { outcome, tries, entries, assurance } = runCall(scene, acts, world).at(-1)?.call ?? {}
      return { outcome, tries, entries, level: assurance?.level }
    })
    const seen = outcomes.map((outcome) => [outcome, ends.filter((end) => end.outcome === outcome).length])
    expect(seen.filter(([, count]) => Number(count) <= 5)).toEqual([])
    for (const level of [0, 1, 2]) expect(ends.filter((end) => end.level === level).length).toBeGreaterThan(50)
    // Each of these was let in by its line three times.
    expect(ends.filter(({ tries }) => tries === MOST_TRIES).length).toBeGreaterThan(15)
    expect(ends.filter(({ entries }) => entries === 2).length).toBeGreaterThan(20)
  })

  it('is with a person or over after some turns, if the caller goes on keying', () => {
    const keen = scenes.chain((scene) =>
      fc.tuple(fc.constant(scene), keying(scene.hotline, MOST_TURNS + 5, MOST_TURNS + 5), worlds),
    )
    fc.assert(
      fc.property(keen, ([scene, acts, world]) => {
        const exchanges = runCall(scene, acts, world)
        expect(exchanges.length).toBeLessThanOrEqual(MOST_TURNS)
        expect(exchanges.at(-1)?.reply.next.kind).not.toBe('gather')
      }),
      runs,
    )
  })

  it('is with a person or over after some turns, if the caller insists on one thing, or two in turn', () => {
    const world: World = { known: [false], verify: ['unchecked'] }
    const fitting: Act = { kind: 'fitting', afterMs: 5000 }
    const acts: Act[] = [
      ...[...'0123456789*'].map((keys): Act => ({ kind: 'keys', keys, afterMs: 5000 })),
      { kind: 'silence', afterMs: 25_000 },
      // The hash key.
      { kind: 'silence', afterMs: 1000 },
      fitting,
    ]
    for (const hotline of shipped.values()) {
      const scene: Scene = { hotline, today: '2026-11-22', callerNumber: CALLER, other: false }
      for (const begun of [0, 1, 2, 3]) {
        for (const [one, other] of acts.flatMap((one) => acts.map((other) => [one, other] as const))) {
          const round = Array.from({ length: MOST_TURNS }, (_, turn) => (turn % 2 === 0 ? one : other))
          const exchanges = runCall(scene, [...Array<Act>(begun).fill(fitting), ...round], world)
          const last = exchanges.at(-1)?.reply.next.kind
          if (last === 'gather') throw new Error(`${hotline.brand.name}: ${JSON.stringify([begun, one, other])}`)
        }
      }
    }
  })

  it('reaches level 2 only by a right answer for the number keyed last', () => {
    everyCall((exchanges) => {
      for (const { call, proved } of withProof(exchanges)) {
        if (call.assurance.level === 2) expect(proved).toEqual(call.claim)
        if (call.assurance.level === 2) expect(proved).not.toBeNull()
      }
    })
  })

  it('reaches level 1 only for a number that somebody has', () => {
    everyCall((exchanges) => {
      for (const { call } of exchanges) if (call.assurance.level === 1) expect(call.claim?.ref).toMatch(/^ref-/)
    })
  })

  it('hands nobody to a queue that asks for more than they have proved', () => {
    everyCall((exchanges, { hotline }) => {
      for (const { call, events, proved } of withProof(exchanges)) {
        for (const event of events) {
          if (event.kind !== 'handed_off') continue
          const { level, to } = event.handOff
          if (level === 2) expect(proved).not.toBeNull()
          if (level === 1) expect(call.claim).not.toBeNull()
          // The queue of a topic that needs a proof is reached by proof, or by those who said that they have none.
          const general = to.kind === 'queue' && to.queue.endsWith('.general')
          const needs = topicOf(hotline, call.topic)?.needs ?? 0
          if (!general && needs === 2 && level < 2) expect(call.outcome).toBe('no_pin')
        }
      }
    })
  })

  it('takes at most three numbers and three tries', () => {
    everyCall((exchanges) => {
      const questions = exchanges.flatMap(({ asked }) => asked.map(({ question }) => question.kind))
      expect(questions.filter((kind) => kind === 'verify').length).toBeLessThanOrEqual(MOST_TRIES)
      expect(questions.filter((kind) => kind === 'identify').length).toBeLessThanOrEqual(MOST_ENTRIES)
      for (const { before, call } of exchanges) {
        expect(call.tries).toBeGreaterThanOrEqual(before?.tries ?? 0)
        expect(call.entries).toBeGreaterThanOrEqual(before?.entries ?? 0)
      }
    })
  })

  it('keeps and says nothing of what was keyed', () => {
    everyCall((exchanges) => {
      for (const { stored } of exchanges) {
        // The ticket is the world's to say: nobody keyed it.
        const known = stored.replaceAll(CALLER, '').replaceAll(SAMPLE_TICKET, '')
        const rest = known.replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, '')
        expect(rest).not.toMatch(/\d{4}/)
      }
    })
  })

  it('can be written as a document that Twilio understands', () => {
    everyCall((exchanges, { hotline }) => {
      const voices = Object.fromEntries(hotline.brand.languages.map(({ code, ...voice }) => [code, voice]))
      const base = { url: 'https://voice.example.com', overrides: '' }
      for (const { call } of exchanges) expect(checkTwiml(replyTwiml(call, 'token', voices, base))).toEqual([])
    })
  })

  it('says only what stands in the catalogue, and something in every turn that asks for keys', () => {
    const catalogues = new Map([...shipped.values()].map((hotline) => [hotline, catalogue(hotline)]))
    everyCall((exchanges, { hotline }) => {
      for (const { reply } of exchanges) {
        for (const { text, language } of reply.say) expect(catalogues.get(hotline)).toContain(`${language} ${text}`)
        if (reply.next.kind === 'gather') expect(reply.say.length).toBeGreaterThan(0)
      }
    })
  })

  it('rises to no level, and to no fourth try, by whatever arrives out of place', () => {
    fc.assert(
      fc.property(calls, ([scene, acts, world]) => {
        const exchanges = runCall(scene, acts, world, true)
        for (const { call, proved } of withProof(exchanges)) {
          if (call.assurance.level === 2) expect(proved).toEqual(call.claim)
          expect(call.tries).toBeLessThanOrEqual(MOST_TRIES)
          expect(call.entries).toBeLessThanOrEqual(MOST_ENTRIES)
          if ((call.handOff?.level ?? 0) === 2 && call.reply?.next.kind === 'enqueue') expect(proved).not.toBeNull()
        }
      }),
      runs,
    )
  })
})

describe('two calls alike', () => {
  /** All that a caller can notice, and all that decides what happens to them. */
  const noticed = (exchanges: Exchange[]): unknown =>
    exchanges.map(({ call, reply, events }) => [reply, events, call.step, call.language, call.outcome])
  const refusals = fc.array(fc.constantFrom('failed' as const, 'unchecked' as const, 'unavailable' as const), {
    minLength: 1,
    maxLength: 4,
  })
  const pair = scenes.chain((scene) => fc.tuple(fc.constant(scene), doing(scene.hotline), refusals))
  const same = (one: boolean[], other: boolean[]): void =>
    fc.assert(
      fc.property(pair, ([scene, acts, verify]) => {
        const run = (known: boolean[]): unknown => noticed(runCall(scene, acts as Act[], { known, verify }))
        expect(run(one)).toEqual(run(other))
      }),
      runs,
    )

  it('sound the same for a number that somebody has and one that nobody has', () => same([true], [false]))

  it('sound the same when the second number is the known one', () => same([false, true], [true, false]))
})

/** What was last proved, and for which claim, from the answers alone. */
function withProof(exchanges: Exchange[]): (Exchange & { proved: Claim | null })[] {
  let last: Claim | null = null
  let proved: Claim | null = null
  return exchanges.map((exchange) => {
    for (const { question, answer } of exchange.asked) {
      if (answer.kind === 'redeemed') {
        last = answer.claim
        proved = answer.claim
      } else if (answer.kind === 'not_redeemed') {
      } else if (question.kind === 'identify') {
        last = answer.kind === 'identified' ? answer.claim : null
        proved = null
      } else if (question.kind === 'verify') {
        expect(question.claim).toEqual(last)
        if (answer.kind === 'verified') proved = question.claim
      }
    }
    return { ...exchange, proved }
  })
}

/** When a brand opens that is closed, as the world says it first. */
const OPENS = { from: 'time', hour: 11, minute: 45, minutes: '45', twelve: 11, half: 'am' }

/** Everything that a hotline may say in a call. */
function catalogue(hotline: Hotline): Set<string> {
  const { brand } = hotline
  const said = new Set<string>()
  for (const language of brand.languages.map(({ code }) => code)) {
    const key = (digit: string): { prompt: string } => ({ prompt: `key.${digit}` })
    const say = (name: string, vars: Line['vars'] = {}): void => {
      said.add(`${language} ${hotline.words.speak(language, { key: name, vars }).text}`)
    }
    for (const { key: name, vars } of promptsUsed(hotline).values())
      if (!/^(key|topic|menu|wait)\./.test(name))
        say(name, 'key' in vars ? { ...vars, key: key(name === 'letter.offer' ? '1' : brand.person_key) } : vars)
    say('hours.opens_today', OPENS)
    said.add(`${language} ${SAMPLE_NOTICE}`)
    say('menu.no_match')
    say('menu.person', { key: key(brand.person_key) })
    say('menu.language', { key: key(brand.language_key) })
    if (brand.topics.some(({ more }) => more)) {
      say('menu.more', { key: key(brand.more_key) })
      say('menu.back')
    }
    for (const index of brand.languages.keys()) say('menu.language', { key: key(String(index + 1)) })
    for (const { name, press } of brand.topics)
      for (const prompt of ['menu.topic_first', 'menu.topic'])
        say(prompt, { label: { prompt: `topic.${name}` }, key: key(press) })
  }
  return said
}
