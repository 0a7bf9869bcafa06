/** What a turn asks of the world, and what is refused it whatever its flow asks. */
import { expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import type { Question } from '../../src/call/question.ts'
import type { World } from '../../src/turn/answer.ts'
import { settle } from '../../src/turn/settle.ts'
import { ring } from '../flow/caller.ts'
import { shipped } from '../flow/shipped.ts'
import { unhurried } from '../support/clock.ts'
import { CLAIM } from '../support/world.ts'

const digits = new Secret('4711')
const code = new Secret('5836195728403912')
const verify = { kind: 'verify', claim: CLAIM, credential: 'pin', digits, weak: 'nothing', replaceOnly: false } as const

it.each<[string, Question]>([
  ['a PIN', verify],
  ['a call code', { kind: 'identify', by: { kind: 'call_code', digits: code } }],
])('has %s that was not admitted looked at by nobody: the caller comes to a person at level 0', async (_what, ask) => {
  const hotline = shipped.get('rheinnetz')
  if (!hotline) throw new Error('there is no such brand')
  const { call } = ring(hotline)
  const errors: unknown[] = []
  let looked = 0
  const look = async () => {
    looked++
    throw new Error('it was looked at')
  }
  const world = {
    slots: { take: look },
    callCodes: { redeem: look },
    log: { warn() {}, error: ({ err }: { err: Error }) => void errors.push(err.message) },
  } as unknown as World
  const times = { at: call.startedAt, token: 'step', by: unhurried }
  const { call: now } = await settle(world, hotline, call, times, () => ({ call, way: [], ask }))
  expect([looked, now.outcome, now.assurance.level, now.reply?.next.kind]).toEqual([0, 'unavailable', 0, 'enqueue'])
  expect(errors).toEqual([`${ask.kind} asks for a secret that was not admitted`])
})
