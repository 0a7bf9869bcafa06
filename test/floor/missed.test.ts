/** Offers that nobody took, told apart: each makes its agent away with its own reason, and the caller keeps the place. */
import { describe, expect, it } from '@jest/globals'
import { newAssignment, react } from '../../src/floor/assignment.ts'
import type { AssignmentEvent, LegEnd } from '../../src/floor/assignment-event.ts'
import type { Assignment } from '../../src/seams/floor.ts'

const AT = '2026-11-25T10:00:00.000Z'
const TIMES = { ringMs: 30_000, wrapUpMs: 15_000 }
const of = {
  id: 'a',
  callId: 'CA1',
  agent: 'anna',
  brand: 'rheinnetz',
  queue: 'rheinnetz.bill',
  topic: 'bill',
  from: null,
  brought: null,
}
const ringing = (): Assignment => newAssignment(of, AT, TIMES)

function afterAllOf(...events: AssignmentEvent[]) {
  let assignment = ringing()
  let away: string | undefined
  for (const event of events) {
    const reaction = react(assignment, event, AT, TIMES)
    if (!reaction) throw new Error(`${event.kind} means nothing`)
    assignment = reaction.next
    away = reaction.away
  }
  return { assignment, away }
}

describe('a phone that took no call', () => {
  const nonce = 'n'
  const rung: AssignmentEvent = { kind: 'rung', legId: 'CA2' }
  const pickedUp: AssignmentEvent = { kind: 'picked_up' }
  const ended = (how: LegEnd): AssignmentEvent => ({ kind: 'leg_over', how, nonce })
  it.each<[what: string, events: AssignmentEvent[], because: string]>([
    ['rang and was not answered', [rung, ended('no-answer')], 'no_answer'],
    ['rang until we gave up', [rung, ended('canceled')], 'no_answer'],
    ['was engaged', [rung, ended('busy')], 'unreachable'],
    ['does not exist', [rung, ended('failed')], 'unreachable'],
    ['was picked up, and no key was pressed', [rung, pickedUp, ended('completed')], 'voicemail'],
    ['was picked up, and the word of that came never', [rung, ended('completed')], 'voicemail'],
    ['got a wrong key twice', [rung, pickedUp, { kind: 'unreached', why: 'wrong_key', nonce }], 'wrong_key'],
    ['was declined on the page', [rung, { kind: 'unreached', why: 'declined', nonce }], 'declined'],
    ['was put down again before the caller came', [rung, { kind: 'accepted' }, ended('completed')], 'declined'],
  ])('%s', (_what, events, because) => {
    expect(afterAllOf(...events)).toMatchObject({
      away: because,
      assignment: { state: 'over', endedBy: because, talked: false },
    })
  })

  it('is nobody’s fault where the network failed', () => {
    const { assignment, away } = afterAllOf({ kind: 'unreached', why: 'network', nonce })
    expect([assignment.endedBy, away]).toEqual(['network', undefined])
  })
})

it('a phone rings and a wrap-up lasts as long as the queue says', () => {
  expect(ringing().until).toBe('2026-11-25T10:00:30.000Z')
  const talking: Assignment = { ...ringing(), state: 'talking', conference: 'CF1', talked: true }
  expect(react(talking, { kind: 'finish', nonce: 'n' }, AT, TIMES)?.next).toMatchObject({
    state: 'wrap_up',
    until: '2026-11-25T10:00:15.000Z',
  })
})
