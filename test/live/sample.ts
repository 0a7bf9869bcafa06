import type { Call } from '../../src/call/call.ts'

/** A call as it is at the PIN prompt; `step` tells one version of it from another. */
export const callAt = (id: string, step: string): Call => ({
  id,
  brand: 'rheinnetz',
  today: '2026-11-22',
  startedAt: '2026-11-22T10:00:00.000Z',
  language: 'de',
  callerNumber: null,
  flow: 'hotline',
  step,
  visit: { help: false, silences: 0, misses: 0 },
  topic: 'bill',
  claim: { subject: 'a subject', ref: 'r1', sim: null, by: 'entry', ticket: null, failuresBefore: 0 },
  assurance: { level: 1, method: null, at: null },
  outcome: 'no_pin',
  entries: 1,
  tries: 0,
  fields: { grüße: 'schöne “Grüße”\n\0' },
  handOff: null,
  talk: null,
  moved: null,
  check: null,
  unsaid: [],
  fixedEntry: false,
  reply: null,
  repliedAt: '2026-11-22T10:00:10.000Z',
})
