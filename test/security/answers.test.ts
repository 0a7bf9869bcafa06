/** Nothing that a caller hears, nor when they hear it, tells whether a number is a customer's or how its lock stands. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Clock } from '../../src/seams/clock.ts'
import { textOf } from '../docs/page-text.ts'
import type { TestApp } from '../support/app.ts'
import { times } from '../support/counts.ts'
import { counted, measured } from '../support/measured.ts'
import { people } from '../support/people.ts'
import { queueOf } from '../support/phone-call.ts'
import { callSid } from '../support/signing.ts'
import {
  type Deed,
  ENTRY,
  FIRST_CALL,
  LETTER,
  type Observing,
  openObserving,
  PIN,
  PUK,
  type State,
  statesOf,
} from './observing.ts'

let app: TestApp<Clock>
let observing: Observing
let calls = FIRST_CALL - 1
const observe: Observing['observe'] = (...given) => {
  calls += 1
  return observing.observe(...given)
}

beforeAll(async () => {
  observing = await openObserving()
  app = observing.app
})
afterAll(() => app.close())

const scripts: Record<string, Deed[]> = {
  'three tries': ['1', ENTRY, PIN, PIN, ENTRY, PIN, LETTER, 'wait', 'bridged'],
  'three tries in English': ['9', '1', ENTRY, PIN, PIN, ENTRY, PIN, 'wait', 'queue-full'],
  'entries of the wrong form between': ['1', ENTRY, '*', PIN, '12', PIN, ENTRY, PIN, 'wait', 'bridged'],
  'help, then no PIN': ['1', ENTRY, PIN, '', '2', 'wait', 'bridged'],
  'help, then a person': ['1', ENTRY, '', '1', PIN, '', '0', 'wait', 'bridged'],
  'three PUKs': ['1', ENTRY, PUK, PUK, ENTRY, PUK, 'wait', 'bridged'],
  'PIN and PUK in turn': ['1', ENTRY, PUK, PIN, ENTRY, PUK, 'wait', 'bridged'],
  'no proof asked for': ['2', ENTRY, 'wait', 'bridged'],
}
const deedsOf = (brand: string, deeds: readonly Deed[] = []): Deed[] => {
  const offers = app.deps.hotlines.byBrand.get(brand)?.brand.pins.letters === 'callers'
  return deeds.filter((deed) => deed !== LETTER || offers)
}
/** Where key 2 is a topic that asks for a number and no PIN. */
const numberAlone = ['fuldanetz', 'korbmobil']
/** Three tries in every brand; the other ways share their steps, so each is walked in some. */
const scriptsOf = (brand: string): string[] =>
  Object.keys(scripts).filter((name) => {
    if (name === 'three tries') return true
    if (name.includes('PUK')) return brand === 'alpenfunk'
    return name === 'no proof asked for' ? numberAlone.includes(brand) : brand === 'rheinnetz'
  })

let documents = 0
let bytes = 0
let differing = 0

/** One where every way is walked, one with PUKs and one that works by tickets; by the full count all. */
const MODELS = ['rheinnetz', 'alpenfunk', 'fuldanetz']
const brands = Object.keys(people).toSorted(
  (one, other) => Number(MODELS.includes(other)) - Number(MODELS.includes(one)),
)

describe.each(brands.slice(0, times(MODELS.length, brands.length)))('every answer of %s', (brand) => {
  it.each(scriptsOf(brand))(
    'is the same for known-wrong, unknown, locked and none set up, with the same work and time (threats 11, 13): %s',
    async (name) => {
      const states = statesOf(brand)
      const deeds = deedsOf(brand, scripts[name])
      const [first, ...others] = await inTurn(Object.values(states), (state) => observe(brand, state, deeds))
      if (!first) throw new Error('no state')
      for (const [i, other] of others.entries()) {
        const state = Object.keys(states)[i + 1]
        documents += other.documents.length
        for (const [n, document] of other.documents.entries()) {
          bytes += Buffer.byteLength(document)
          differing += differingBytes(document, first.documents[n] ?? '')
        }
        expect({ state, ...other }).toEqual({ state, ...first })
      }
      // Otherwise the comparison would say nothing: the caller was asked, checked and queued.
      expect(first.documents).toHaveLength(deeds.length + 1)
      expect(first.documents.some((document) => queueOf(document) !== null)).toBe(true)
      const tries = deeds.filter((deed) => deed === PIN || deed === PUK).length
      expect(first.hashes.reduce((all, n) => all + n, 0)).toBe(tries)
      for (const [n, deed] of ['ring', ...deeds].entries()) {
        if (deed === PIN || deed === PUK) expect(first).toMatchObject({ times: { [n]: 500 }, hashes: { [n]: 1 } })
        // The rows of its lock, the try with the verifier in it, and how it ended: the least, where nothing follows (docs/counts.md).
        if (deed === PIN || deed === PUK) expect(first.statements[n]).toBeGreaterThanOrEqual(3)
        if (deed === ENTRY) expect([first.times[n], (first.statements[n] ?? 0) >= 2]).toEqual([500, true])
      }
    },
  )

  it('is the same over a limit of the line, whatever the number and the PIN, and nothing is hashed', async () => {
    const states = Object.entries(statesOf(brand)).map(([state, each]) => ({ state, ...each, isOverLimit: true }))
    const seen = await inTurn(states, async (state) => ({ state, ...(await observe(brand, state, ['1', ENTRY, PIN])) }))
    const [first] = seen
    for (const other of seen) expect({ ...other, state: first?.state }).toEqual(first)
    expect(first).toMatchObject({
      times: [0, 0, 500, 500],
      statements: [0, 0, 2, 1],
      hashes: [0, 0, 0, 0],
      macs: [0, 0, 0, 0],
    })
  })

  it('is the same for a registered number with a signed caller ID, which raises nothing (threat 38)', async () => {
    const states = statesOf(brand)
    const plain = { from: '+491713920099' }
    const phoneOf: Record<string, string> = {
      rheinnetz: '+492214710011',
      fuldanetz: '+493023125011',
      sternmobil: '+491713920000',
      korbmobil: '+491713920010',
      kassemobil: '+491713920020',
      alpenfunk: '+491713920030',
    }
    const spoofed = {
      from: phoneOf[brand] ?? '',
      over: { StirVerstat: 'TN-Validation-Passed-A', StirPassportToken: 'x.y.z', CallerName: 'Hanna Reuter' },
    }
    const right = { entry: states.locked?.entry ?? '', pin: (states['locked, right PIN'] as State).pin, lock: 'none' }
    const ways: [State, Deed[]][] = [
      [states['wrong PIN'] as State, scripts['three tries'] as Deed[]],
      [states['locked, right PIN'] as State, ['1', ENTRY, PIN, '', '2', LETTER, 'wait']],
      [right as State, ['1', ENTRY, PIN, 'wait']],
    ]
    // Where the brand offers it: the line that they call from, in place of the number.
    if (app.deps.hotlines.byBrand.get(brand)?.brand.own_line) {
      ways.push([states['wrong PIN'] as State, ['1', '1', PIN, PIN, '1', PIN, LETTER, 'wait']])
    }
    for (const [state, all] of ways) {
      const deeds = deedsOf(brand, all)
      const honest = await observe(brand, state, deeds, plain)
      const forged = await observe(brand, state, deeds, spoofed)
      expect(forged).toEqual(honest)
      const { assurance, outcome, account } = await app.context(lastCall())
      expect(assurance.level === 2).toBe(deeds.length === 4)
      if (assurance.level < 2) expect([outcome, assurance.method]).not.toContain('pin')
      if (assurance.level < 2 && ['rheinnetz', 'sternmobil'].includes(brand)) expect(account).toBeNull()
    }
  })
})

/** `| state | statements for the number | and for the secret | hashes | MACs | bytes that differ |` */
const ROW = /^\| ([^|]+?) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm

it('costs in each state what docs/counts.md says, the number and the secret', async () => {
  const all = statesOf('alpenfunk')
  const wrong = all['wrong PIN'] as State
  const over = { isOverLimit: true }
  const states: [name: string, state: State, like: State, proof: Deed][] = [
    ['wrong PIN', wrong, wrong, PIN],
    ['unknown number', all['unknown number'] as State, wrong, PIN],
    ['locked', all.locked as State, wrong, PIN],
    ['all used that strangers have', all['all used that strangers have'] as State, wrong, PIN],
    ['no PIN set', all['no PIN set up'] as State, wrong, PIN],
    ['wrong PUK', wrong, wrong, PUK],
    ['SIM at rest, its PUK', all['SIM at rest, its PUK'] as State, wrong, PUK],
    ['over a limit, wrong PIN', { ...wrong, ...over }, { ...wrong, ...over }, PIN],
    ['over a limit, unknown number', { ...(all['unknown number'] as State), ...over }, { ...wrong, ...over }, PIN],
    ['over a limit, locked', { ...(all.locked as State), ...over }, { ...wrong, ...over }, PIN],
  ]
  const rows = await inTurn(states, async ([name, state, like, proof]) => {
    const seen = await observe('alpenfunk', state, ['1', ENTRY, proof])
    const other = await observe('alpenfunk', like, ['1', ENTRY, proof])
    const differ = seen.documents.map((document, n) => differingBytes(document, other.documents[n] ?? ''))
    const sums = [seen.hashes, seen.macs, differ].map((each) => each.reduce((sum, n) => sum + n, 0))
    return [name, ...seen.statements.slice(2), ...sums]
  })
  const told = [...textOf('docs/counts.md').matchAll(ROW)].map(([, name, ...cells]) => [name, ...cells.map(Number)])
  expect(rows).toEqual(told)
})

afterAll(() => {
  measured(
    'bytes that differ between wrong PIN, unknown number, locked, no PIN set and others, up to the hand-off',
    `${differing} of ${counted(bytes)} in ${counted(documents)} documents`,
  )
})

const lastCall = (): string => callSid(calls)

async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await act(item))
  return results
}

function differingBytes(one: string, other: string): number {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  let count = Math.abs(a.length - b.length)
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) count += 1
  return count
}
