/**
 * Which tests are played when, as beginnings of their paths. What no tier names is in `npm test` and not in `npm run test:fast`.
 * `tiers.test.ts` holds the fast tier to its promise.
 */

/** What a tier is to cost at most, CPU seconds: above it the run says so, and does not fail, for machines differ. */
export const LIMITS = { fast: 30, ordinary: 420 }

/** `npm run test:fast`: no server, no store, no process, and seconds for all of them. */
export const FAST = [
  'test/auth/',
  'test/bench/',
  'test/config/',
  'test/flow/backlog.test.ts',
  'test/flow/deflect.test.ts',
  'test/flow/notice.test.ts',
  'test/flow/recordings.test.ts',
  'test/flow/steps.test.ts',
  'test/floor/journal-check.test.ts',
  'test/floor/there.test.ts',
  'test/floor/true-place.test.ts',
  'test/floor/wait-words.test.ts',
  'test/proof/rules-calls.test.ts',
  'test/run/',
  'test/security/reveal.test.ts',
  'test/simulator/engine/rooms.test.ts',
  'test/simulator/engine/twiml-reader.test.ts',
  'test/simulator/script/transcript.test.ts',
  'test/turn/answer-time.test.ts',
  'test/turn/backlog.test.ts',
  'test/turn/notices.test.ts',
  'test/turn/opening-hours.test.ts',
  'test/twilio/phone-address.test.ts',
  'test/twilio/read-input.test.ts',
  'test/twilio/twiml.test.ts',
  'test/twilio/twiml-checker.test.ts',
]

/** `npm run test:rest` alone: what an ordinary change breaks besides something cheaper, if it breaks it at all: whole plays of what
 * is tested in parts by `npm test`, as one feature on its own server and page, or the proof of a folder more. */
export const REST = [
  'test/browser/call-code.test.ts',
  'test/browser/crowd.test.ts',
  'test/browser/desk-session.test.ts',
  'test/browser/letters.test.ts',
  'test/browser/lost-connection.test.ts',
  'test/browser/my-data.test.ts',
  'test/browser/notes.test.ts',
  'test/browser/tickets.test.ts',
  'test/cli/asked-server.test.ts',
  'test/cli/flows-whole.test.ts',
  'test/cli/import-options.test.ts',
  'test/cli/killed-import.test.ts',
  'test/cli/lost-database.test.ts',
  'test/docs/flows.test.ts',
  'test/figures/growth.test.ts',
  'test/floor/many.test.ts',
  'test/floor/pace.test.ts',
  'test/floor/unlucky.test.ts',
  'test/image/',
  'test/live/groups.test.ts',
  'test/live/outages.test.ts',
  'test/proof/advice.test.ts',
  'test/proof/bad-calls.test.ts',
  'test/proof/explore.test.ts',
  'test/proof/explored-calls.test.ts',
  'test/proof/graph-command.test.ts',
  'test/proof/hours.test.ts',
  'test/proof/large-flow.test.ts',
  'test/proof/mutants',
  'test/proof/new-secret-calls.test.ts',
  'test/proof/oracle.test.ts',
  'test/proof/soundness.test.ts',
  'test/proof/step-up.test.ts',
  'test/purpose/',
  'test/rufpass/init.test.ts',
  'test/rufpass/load.test.ts',
  'test/rufpass/lost-database.test.ts',
  'test/rufpass/proved.test.ts',
  'test/security/canaries.test.ts',
  'test/security/flood.test.ts',
  'test/security/long-pins.test.ts',
  'test/security/race.test.ts',
  'test/security/random-pins.test.ts',
  'test/security/word.test.ts',
  'test/server/telling.test.ts',
  'test/simulator/exchange/crowd.test.ts',
  'test/store/chosen-pins.test.ts',
  'test/store/new-cluster.test.ts',
  'test/store/pool.test.ts',
  'test/store/race.test.ts',
  'test/turn/outages.test.ts',
]

/**
 * Played in both, in `npm run test:rest` by the full count (`support/counts.ts`), and where a store may be either, on the embedded
 * one too (`support/stores.ts`).
 */
export const COUNTED = [
  'test/auth/lockout.test.ts',
  'test/call/pace.test.ts',
  'test/cli/accounts-audit.test.ts',
  'test/cli/accounts-import.test.ts',
  'test/cli/import.test.ts',
  'test/cli/incident.test.ts',
  'test/cli/tickets.test.ts',
  'test/floor/interleavings.test.ts',
  'test/live/sides-agree.test.ts',
  'test/properties/',
  'test/security/answers.test.ts',
  'test/security/lock.test.ts',
  'test/security/steps.test.ts',
  'test/store/',
  'test/twilio/one-reading.test.ts',
]
