/** Whatever becomes of a new secret, the call that the proof found is heard as it is printed. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newSecretFaults } from '../../src/call/question.ts'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { dayKinds } from '../../src/proof/days.ts'
import type { Exploration, State, Transition } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { flowsDir, shipped } from '../flow/shipped.ts'
import { callWith, openPlayServer, type PlayServer } from './playing.ts'

let server: PlayServer
/** Of a brand that lets callers change their PIN. */
let exploration: Exploration

beforeAll(async () => {
  server = await openPlayServer()
  const hotline = shipped.get('alpenfunk')
  if (!hotline) throw new Error('alpenfunk is gone')
  exploration = explore(hotline, dayKinds(hotline.brand))
})
afterAll(() => server.close())

/** What is answered to new secrets: `refused sequence`, `set`. */
function answersIn({ asked }: Transition): string[] {
  return asked.flatMap(({ question: { kind }, answer }) =>
    kind === 'set_secret' || kind === 'hash_entry'
      ? [`${kind} ${answer.kind}${answer.kind === 'refused' ? ` ${answer.fault}` : ''}`]
      : [],
  )
}

interface Reached {
  way: Transition[]
  at: State | null
  days: number
  done: number
}

/** The shortest call that the proof explored in which new secrets are answered so, and a transcript can bring about the rest. */
function wayWith(answers: readonly string[]): Transition[] {
  const seen = new Set<string>()
  const open: Reached[] = exploration.initial.map((at) => ({ way: [], at, days: -1, done: 0 }))
  const places = new Map<State, number>()
  for (let next = 0; next < open.length; next++) {
    const { way, at, days, done } = open[next] as Reached
    if (done === answers.length) return way
    for (const taken of at?.on ?? []) {
      const given = answersIn(taken)
      // See explored-calls.test.ts.
      const isPlayable = taken.act.kind !== 'late' && taken.act.kind !== 'fallback' && (taken.days & days) !== 0
      const isHeard = taken.asked.every(({ answer }) => answer.kind !== 'unchecked' && answer.kind !== 'closed')
      if (!isPlayable || !isHeard || given.some((each, index) => each !== answers[done + index])) continue
      const to = taken.to
      const place = to === null ? -next : (places.get(to) ?? places.size + 1)
      if (to !== null) places.set(to, place)
      const key = `${place} ${done + given.length}`
      if (seen.has(key)) continue
      seen.add(key)
      open.push({ way: [...way, taken], at: to, days: days & taken.days, done: done + given.length })
    }
  }
  throw new Error(`no explored call has the answers ${answers.join(', ')}`)
}

const hashed = 'hash_entry hashed'
const first = [
  'hash_entry unavailable',
  ...newSecretFaults('pin').map((fault) => `${hashed}, set_secret refused ${fault}`),
  ...['set', 'differs', 'gone', 'changed_lately', 'unavailable'].map((kind) => `${hashed}, set_secret ${kind}`),
]
/** What is counted begins with the call, and leaves out what is not set: entries that differ. */
const later = [
  `${hashed}, set_secret differs, ${hashed}, set_secret gone`,
  `${hashed}, set_secret differs, hash_entry unavailable`,
  `${hashed}, set_secret refused sequence, ${hashed}, set_secret unavailable`,
  `${hashed}, set_secret refused own_number, ${hashed}, set_secret changed_lately`,
  `${hashed}, set_secret refused used_before, ${hashed}, set_secret differs, ${hashed}, set_secret set`,
]

describe('a call in which the answers to a new secret are', () => {
  it.each([...first, ...later])('%s', async (answers) => {
    const text = callWith(exploration, wayWith(answers.split(', ')))
    expect(text).toContain('\nbefore: customer alpenfunk ')
    await server.play(text, loadHotlines(flowsDir))
  })
})
