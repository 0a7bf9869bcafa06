/** Where calls of a flow begin: ringing, or for the PIN check in mid-call, sent there by an agent. */
import { UNKNOWN } from '../auth/assurance.ts'
import { ENTRIES_PER_CALL, TRIES_PER_CALL } from '../auth/lockout.ts'
import { newCall } from '../flow/advance.ts'
import { ownStepTypes } from '../flow/flow.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Proved, State } from './exploration.ts'
import { AT, CALLER, somebody } from './world.ts'

const RING = { by: null, on: [] }

/** Calls that ring: with a number, and withheld where that can matter. */
export function ringing(hotline: Hotline, today: string, everyDay: number): State[] {
  const isForeign = hotline.flow.types !== ownStepTypes
  // A number that is not withheld matters where the line one calls from is offered, and to types that may look at it.
  const numbers = hotline.brand.own_line || isForeign ? [CALLER, null] : [CALLER]
  return numbers.map((callerNumber): State => {
    const call = newCall(hotline, { id: 'CA', callerNumber, today, at: AT })
    return { ...RING, on: [], call, proved: { level: 0, subject: null, named: 0 }, days: everyDay }
  })
}

/**
 * Calls that an agent sends to the check: after any number of entries and tries, and with any proof or none. Their
 * queue is the one of the topic that asks for most.
 */
export function sentByAgent(hotline: Hotline, today: string, everyDay: number): State[] {
  const counts = (most: number): number[] => Array.from({ length: most + 1 }, (_, count) => count)
  return ringing(hotline, today, everyDay).flatMap((state) =>
    counts(ENTRIES_PER_CALL).flatMap((entries) =>
      counts(TRIES_PER_CALL).flatMap((tries) =>
        proofs.map((proof): State => {
          const { claim, assurance, proved } = proof()
          const handOff = {
            to: { kind: 'queue' as const, queue: `${hotline.brand.name}.general` },
            level: 0 as const,
            at: AT,
          }
          const talk = { room: 'room', back: 'where the call was handed off' }
          const call = { ...state.call, entries, tries, claim, assurance, handOff, talk, fixedEntry: false }
          return { ...state, on: [], call, proved }
        }),
      ),
    ),
  )
}

const proofs = [
  () => ({ claim: null, assurance: UNKNOWN, proved: { level: 0, subject: null, named: 0 } satisfies Proved }),
  () => ({
    claim: somebody('subject-1', 'entry'),
    assurance: { level: 2 as const, method: 'pin' as const, at: AT },
    proved: { level: 2, subject: 'subject-1', named: 1 } satisfies Proved,
  }),
]
