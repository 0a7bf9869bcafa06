/** Call codes in the proof: level 2 by a right one alone, and no digit of one kept. */
import { describe, expect, it } from '@jest/globals'
import { transcriptOf } from '../../src/cli/bad-call.ts'
import type { Move } from '../../src/flow/step.ts'
import { identify } from '../../src/flow/steps/identify.ts'
import { callThrough } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { transitionsOf } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { parseTranscript, printTranscript } from '../../src/simulator/script/transcript.ts'
import { smallHotline } from '../flow/small.ts'
import { like, withTypes } from './foreign.ts'
import { callOf, FEWEST, findingsIn, spoiled } from './proving.ts'

const brand = { call_codes: 'true' }
/** The number step takes codes; `type` is one of ours, or a spoiled one. */
const coded = (to: string, type = 'identify'): string =>
  spoiled({
    '  number:\n    type: identify\n    prompt: ask\n': `  number:\n    type: ${type}\n    prompt: ask\n    coded: ${to}\n`,
  })
const messages = (small: Parameters<typeof findingsIn>[0]) =>
  findingsIn({ brand, ...small }).map(({ code, message }) => `${code}: ${message}`)

describe('a flow that takes call codes', () => {
  it('has nothing to correct, and both answers are tried', () => {
    const flow = coded('verified')
    expect(messages({ flow })).toEqual([])
    const hotline = smallHotline({ flow, brand: { ...FEWEST, ...brand } })
    const asked = [...transitionsOf(explore(hotline, dayKinds(hotline.brand)))].flatMap(({ asked }) => asked)
    const answers = new Set(asked.map(({ answer }) => answer.kind))
    expect([answers.has('redeemed'), answers.has('not_redeemed')]).toEqual([true, true])
  })

  it('tries none where the brand takes none', () => {
    const hotline = smallHotline({ flow: coded('verified'), brand: FEWEST })
    const asked = [...transitionsOf(explore(hotline, dayKinds(hotline.brand)))].flatMap(({ asked }) => asked)
    expect(asked.some(({ answer }) => answer.kind === 'redeemed')).toBe(false)
  })
})

describe('the proof finds', () => {
  const found = (answer: (move: Move) => Move) => {
    const types = withTypes({
      mine: like(identify, {
        answer: (moment, given) => answer(identify.answer?.(moment, given) as Move),
      }),
    })
    return messages({ flow: coded('verified', 'mine'), types })
  }

  it('a wrong code that proves', () => {
    const types = withTypes({
      mine: like(identify, {
        answer: (moment, given) => {
          const right = { kind: 'redeemed', claim: moment.call.claim } as never
          return identify.answer?.(moment, given.kind === 'not_redeemed' ? right : given) as Move
        },
      }),
    })
    expect(messages({ flow: coded('verified', 'mine'), types }).join()).toContain('level: ')
  })

  it('wrong codes that are not counted', () => {
    const types = withTypes({
      mine: like(identify, {
        answer(moment, given) {
          if (given.kind === 'not_redeemed') return identify.enter(moment as never)
          const move = identify.answer?.(moment, given) as Move
          return move.kind === 'ask' ? { ...move, set: {} } : move
        },
      }),
    })
    expect(messages({ flow: coded('verified', 'mine'), types }).join()).toMatch(/loop: |number entries; the policy/)
  })

  it('a level that is more than the code has proved of the account', () =>
    expect(
      found((move) =>
        move.kind === 'go' && move.exit === 'coded'
          ? {
              ...move,
              set: { ...move.set, claim: { subject: 'x', ref: 'x', by: 'entry', failuresBefore: 0, ticket: null } },
            }
          : move,
      ).join(),
    ).toContain('another account than the one named last'))

  it('a number with a code where a queue wants the proof, in words that can be played', () => {
    const small = { flow: coded('verified').replace('identified: pin', 'identified: verified'), brand }
    const finding = findingsIn(small).find(({ code }) => code === 'level')
    expect(parseTranscript(callOf(finding), 'call.txt').lines.length).toBeGreaterThan(0)
  })
})

it('a call that needs a code brings the customer and the code along', () => {
  const hotline = smallHotline({ flow: coded('verified'), brand: { ...FEWEST, ...brand } })
  const call = callThrough(explore(hotline, dayKinds(hotline.brand)), 'number', 'coded')
  if (!call) throw new Error('no call leaves by that exit')
  const text = printTranscript(transcriptOf(call, { code: 'exit', message: 'by a code' }))
  expect(text).toMatch(
    /\nbefore: customer small customer_number=(\d+) .*\nbefore: code small \1 (\d{16})\n(.*\n)+keys: \2#\n/,
  )
})
