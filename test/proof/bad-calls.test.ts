/** What the proof finds can be heard: every call plays on the real server as it is written. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Answer } from '../../src/call/question.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { type Hotlines, loadHotlines } from '../../src/hotlines/hotlines.ts'
import { prove } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { type Exploration, type Transition, transitionsOf, wayTo } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { parseTranscript } from '../../src/simulator/script/transcript.ts'
import { copyOfFlows, type Folder } from '../flow/folder.ts'
import { shipped } from '../flow/shipped.ts'
import { seedOfRun, times } from '../support/counts.ts'
import { callWith, openPlayServer, type PlayServer } from './playing.ts'
import { callOf } from './proving.ts'

let server: PlayServer
let folder: Folder

beforeAll(async () => {
  server = await openPlayServer()
})
afterAll(() => server.close())
beforeEach(() => {
  folder = copyOfFlows()
})
afterEach(() => folder.remove())

const HOTLINE = 'hotline.yaml'
/** One that takes PUKs, one that works by tickets, and one with topics of every need. The mistakes are made to them in turn. */
const BRANDS = ['alpenfunk', 'fuldanetz', 'korbmobil']
/** A desk to dial, in every brand. */
function addDesk(): void {
  for (const { brand } of shipped.values()) {
    const desk = 'transfers:\n  desk: { number: "+4922147101999", needs: 0 }\n'
    const [before, after] =
      Object.keys(brand.transfers).length > 0 ? ['\ntransfers:\n', ''] : ['\nwords:\n', 'words:\n']
    folder.change(`brands/${brand.name}.yaml`, before, `\n${desk}${after}`)
  }
  folder.change(
    HOTLINE,
    '\n  goodbye:\n',
    '\n  desk: { type: transfer, level: 0, to: desk, done: goodbye, failed: desk }\n  goodbye:\n',
  )
  folder.change(
    HOTLINE,
    'queue: topic\n    prompt: hand_off.topic\n    done: goodbye\n    failed: full\n    unserved: wait_end\n  queue_identified:',
    'queue: topic\n    prompt: hand_off.topic\n    done: goodbye\n    failed: desk\n    unserved: wait_end\n  queue_identified:',
  )
}
const toHotline = (from: string, to: string) => (): void => folder.change(HOTLINE, from, to)

/** What was done, the rule that it breaks, and what the call must have in it to show it. */
const mistakes: [what: string, make: () => void, code: string, shows: RegExp][] = [
  [
    'no PIN to hand is taken for a PIN',
    toHotline('refused: refused\n    no_pin: no_pin', 'refused: refused\n    no_pin: queue_verified'),
    'level',
    /\nsilence\n.*\nkeys: 2\n# a caller with a keyed number alone .*\nqueue: \w+\.general\n$/s,
  ],
  [
    'a full queue is tried again and again',
    toHotline(
      'level: 0\n    queue: topic\n    prompt: hand_off.topic\n    done: goodbye\n    failed: full',
      'level: 0\n    queue: topic\n    prompt: hand_off.topic\n    done: goodbye\n    failed: queue',
    ),
    'loop',
    /\nreturned: queue-full\n# a call can go round for ever.*\nqueue: \w+\.\w+\n$/s,
  ],
  [
    'the menu comes again for ever',
    toHotline('no_match: person\n\n  topic_hours:', 'no_match: topic\n\n  topic_hours:'),
    'loop',
    /# a call can go round for ever.*\ncaller hangs up\n$/s,
  ],
  [
    'the PIN is asked for before any number',
    toHotline('needs_2: pin_ready', 'needs_2: pin'),
    'break',
    /\nkeys: \d{4}#?\n# a caller can come to 'pin' without.*\nqueue: \w+\.general\n$/s,
  ],
  [
    'nothing is said of the third wrong PIN',
    toHotline('    refused: refused\n', ''),
    'break',
    /\nkeys: (\d{4}#?)\n(?:.*\n)+keys: \1\n(?:.*\n)+keys: \d{9,}#\n(?:.*\n)+keys: \1\n# /,
  ],
  [
    'greetings follow each other for ever',
    toHotline('prompt: greeting\n    next: language', 'prompt: greeting\n    next: welcome'),
    'loop',
    /\n\n# the call goes round through 'welcome'.*\nqueue: \w+\.general\n$/s,
  ],
  [
    'nobody can be looked up, and everybody is let in',
    toHotline('unavailable: unavailable\n  # The matter', 'unavailable: queue_verified\n  # The matter'),
    'level',
    /\nbefore: outage lookup 1\n.*\nkeys: \d+#\n# a caller with no proof/s,
  ],
  [
    'no PIN can be checked, and everybody is let in',
    toHotline('unavailable: unavailable\n    limited:', 'unavailable: queue_verified\n    limited:'),
    'level',
    /\nbefore: customer .*\nbefore: outage check 1\n.*\n# a caller with a keyed number alone/s,
  ],
  [
    'a line may try no more, and is let in for it',
    toHotline('limited: limited\n', 'limited: queue_verified\n'),
    'level',
    /\nbefore: customer .*\nbefore: line \w+ (\+\d+ 10|withheld 60)\n(.*\n)+# a caller with a keyed number alone/,
  ],
  [
    'a full queue leads on to one that asks for more, also after an apology',
    toHotline(
      'level: 1\n    queue: topic\n    prompt: hand_off.topic\n    done: goodbye\n    failed: full\n    unserved: wait_end\n  queue_verified',
      'level: 1\n    queue: topic\n    prompt: hand_off.topic\n    done: goodbye\n    failed: no_pin_place\n    unserved: wait_end\n  queue_verified',
    ),
    'level',
    /\nreturned: bridged\nwebhook: lost\nfallback: 11200\n.*\nreturned: queue-full\n# a caller with no proof/s,
  ],
  [
    'a desk that nobody answers is dialled again and again',
    addDesk,
    'loop',
    /\ndial: \+\d+\nreturned: no-answer\n# a call can go round/,
  ],
]

const inTurn = mistakes.map((mistake, n) => [...mistake, BRANDS[n % BRANDS.length] ?? ''] as const)
/** Each takes a proof of the shipped flow; in small flows `rules.test.ts` has one for every rule. Others at each commit. */
const drawn = inTurn.filter((_mistake, n) => (seedOfRun() + n) % inTurn.length < times(4, inTurn.length))
console.info(`mistakes to hear, drawn by SEED=${seedOfRun()}: ${drawn.length} of ${inTurn.length}`)
describe.each(drawn)('%s', (_what, make, code, shows, brand) => {
  it('is found, and can be heard', async () => {
    make()
    const hotlines = loadHotlines(folder.dir)
    const hotline = hotlines.byBrand.get(brand)
    const findings = prove(hotline ? [hotline] : []).findings.filter(({ call }) => call !== null)
    const texts = findings.map(callOf)
    const telling = findings.findIndex((finding, index) => finding.code === code && shows.test(texts[index] ?? ''))
    if (telling < 0) throw new Error(`No [${code}] shows ${shows} in:\n\n${texts.join('\n')}`)
    for (const text of texts) await server.play(text, hotlines)
  })
})

describe('the same mistake by another caller', () => {
  const mistake = toHotline('refused: refused\n    no_pin: no_pin', 'refused: refused\n    no_pin: queue_verified')
  /** The hotlines with the mistake, and what was explored of them, once for all. */
  let hotlines: Hotlines
  const explored = new Map<string, Explored>()
  beforeAll(() => {
    folder = copyOfFlows()
    mistake()
    hotlines = loadHotlines(folder.dir)
    folder.remove()
  })

  interface Explored {
    exploration: Exploration
    /** Calls of all that the proof explored, in the order of their length. */
    ways: Transition[][]
  }
  function callsOf(brand: string): Explored {
    const known = explored.get(brand) ?? exploredIn(hotlines, brand)
    explored.set(brand, known)
    return known
  }
  function exploredIn(hotlines: Hotlines, brand: string): Explored {
    const hotline = hotlines.byBrand.get(brand)
    if (!hotline) throw new Error(`there is no brand ${brand}`)
    const exploration = explore(hotline, dayKinds(hotline.brand))
    const ways = [...transitionsOf(exploration)].map(wayTo).sort((one, other) => one.length - other.length)
    return { exploration, ways }
  }
  const broken = (way: Transition[]): boolean => way.at(-1)?.broke !== null
  const asks = (way: Transition[], test: (exchange: Transition['asked'][number]) => boolean): boolean =>
    way.some(({ asked }) => asked.some(test))

  it('who takes the line that they call from plays, with a customer who has that line', async () => {
    const { exploration, ways } = callsOf('sternmobil')
    const way = ways.find(
      (way) =>
        broken(way) && asks(way, ({ question }) => question.kind === 'identify' && question.by.kind === 'own_line'),
    )
    const text = callWith(exploration, way ?? [])
    expect(text).toMatch(/\nbefore: customer sternmobil phone_numbers=\+491713920042 pin=\d{4}\n(.*\n)+keys: 1#\n/)
    await server.play(text, hotlines)
  })

  it('whose number is withheld plays', async () => {
    const { exploration, ways } = callsOf('sternmobil')
    const way = ways.find((way) => broken(way) && way[0]?.from.call.callerNumber === null)
    const text = callWith(exploration, way ?? [])
    expect(text).toContain('\nfrom: withheld\n')
    await server.play(text, hotlines)
  })

  it('whose ringing reaches nobody plays', async () => {
    const { exploration, ways } = callsOf('fuldanetz')
    const text = callWith(exploration, ways.find(([first]) => first?.act.kind === 'fallback') ?? [])
    expect(text).toMatch(/\n\nwebhook: lost\nfallback: 11200\n(# .*\n)+hears de: .*\nqueue: fuldanetz.general\n$/)
    await server.play(text, hotlines)
  })

  it('who has nothing but a telephone number plays, with one from the block for films', async () => {
    const { identifiers } = shipped.get('sternmobil')?.brand ?? {}
    const others = identifiers?.filter(({ kind }) => kind !== 'phone_number') ?? []
    for (const { kind } of others) folder.change('brands/sternmobil.yaml', `kind: ${kind}`, 'kind: phone_number')
    mistake()
    const hotlines = loadHotlines(folder.dir)
    const { exploration, ways } = exploredIn(hotlines, 'sternmobil')
    const text = callWith(exploration, ways.find((way) => asks(way, ({ answer }) => answer.kind === 'verified')) ?? [])
    expect(text).toMatch(
      /\nbefore: customer sternmobil phone_numbers=(01713920\d{3}) customer_number=\d{6} .*\n(.*\n)+keys: \1#\n/,
    )
    await server.play(text, hotlines)
  })

  it('who had two numbers keyed plays, with a customer for each and the PIN of the second', async () => {
    const { exploration, ways } = callsOf('rheinnetz')
    const way = ways.find(
      (way) =>
        (way.at(-1)?.from.proved.named ?? 0) > 1 && way.at(-1)?.asked.some(({ answer }) => answer.kind === 'verified'),
    )
    const text = callWith(exploration, way ?? [])
    const numbers = [...text.matchAll(/\nbefore: customer rheinnetz customer_number=(\d+) pin=(\d{4})/g)]
    const [first, second] = numbers.map(([, number, pin]) => ({ number, pin }))
    expect(numbers).toHaveLength(2)
    expect(first?.number).not.toBe(second?.number)
    expect(first?.pin).not.toBe(second?.pin)
    expect(text).toMatch(
      new RegExp(`\nkeys: ${first?.number}#\n(.*\n)+keys: ${second?.number}#\n(.*\n)+keys: ${second?.pin}\n`),
    )
    expect(text).not.toContain(`keys: ${first?.pin}`)
    await server.play(text, hotlines)
  })

  it.each<[string, string, (answer: Answer) => boolean, RegExp]>([
    ['finds the queue full', 'fuldanetz', ({ kind }) => kind === 'full', /\nbefore: waiting fuldanetz\.\w+ 60\n/],
    [
      'is told of a long wait',
      'fuldanetz',
      ({ kind }) => kind === 'long',
      /\nbefore: waiting fuldanetz\.\w+ 6 21\n(.*\n)+hears de: Zurzeit warten Sie etwa 147 Minuten/,
    ],
    [
      'is told of their ticket',
      'sternmobil',
      ({ kind }) => kind === 'ticket',
      /\nbefore: customer .*\nbefore: ticket sternmobil \d+ takeover (\d{10})\n(.*\n)+hears de: Deine Ticketnummer ist: /,
    ],
    [
      'comes when the tickets cannot be reached',
      'sternmobil',
      ({ kind }) => kind === 'no_ticket',
      /\nbefore: outage ticket 1\n/,
    ],
  ])('who %s plays', async (_what, brand, has, shows) => {
    const { exploration, ways } = callsOf(brand)
    const text = callWith(exploration, ways.find((way) => asks(way, ({ answer }) => has(answer))) ?? [])
    expect(text).toMatch(shows)
    await server.play(text, hotlines)
  })

  it('whose try was spent by an earlier delivery is told as what no transcript can bring about', () => {
    const { exploration, ways } = callsOf('rheinnetz')
    const way = ways.find((way) => way.at(-1)?.asked.some(({ answer }) => answer.kind === 'unchecked'))
    const text = callWith(exploration, way ?? [])
    expect(text).toMatch(
      /\n# .*unchecked\n# no transcript can bring that about\nkeys: \d{4}\n(# .*\n)+hears de: .*nicht prüfen/,
    )
    expect(() => parseTranscript(text)).not.toThrow()
  })

  it('who keys the PUK of their SIM plays', async () => {
    const { exploration, ways } = callsOf('alpenfunk')
    const way = ways.find((way) => asks(way, ({ answer }) => answer.kind === 'verified' && answer.credential === 'puk'))
    const text = callWith(exploration, way ?? [])
    expect(text).toMatch(
      /\nbefore: customer alpenfunk customer_number=\d+ sim_numbers=\d{19} puks=(\d{8})\n(.*\n)+keys: \1#\n/,
    )
    await server.play(text, hotlines)
  })
})

describe('a topic that is chosen after the proof', () => {
  it('leads customers without a contract to what they are not proved for, and can be heard', async () => {
    folder.change(HOTLINE, '    verified: thanks\n', '    verified: topic_again\n')
    folder.change(
      HOTLINE,
      '\n  goodbye:\n',
      '\n  topic_again: { type: topic, chosen: queue_verified, person: person, no_input: person, no_match: person }\n  goodbye:\n',
    )
    const hotlines = loadHotlines(folder.dir)
    const hotline = hotlines.byBrand.get('sternmobil') as Hotline
    const findings = prove([hotline]).findings.filter(({ code }) => code === 'level')
    expect(findings).toMatchObject([{ brands: ['sternmobil'], message: expect.stringContaining("what 'tail' names") }])
    const [text = ''] = findings.map(callOf)
    expect(text).toMatch(
      /\nbefore: ended sternmobil (\d+)\n.*\nkeys: \1#.*\n# a caller without a contract .*\nqueue: sternmobil\.general\n$/s,
    )
    await server.play(text, hotlines)
  })
})
