/**
 * Who is in the stores of this folder, and what became of them before the upgrade. Every store has them all, so that one
 * test serves every version; `make.ts` puts them in. The keys are of these stores alone.
 */
export const keys = {
  PIN_KEYS: `fixture:${Buffer.alloc(32, 'pin key of the upgrade test').toString('base64')}`,
  SUBJECT_KEY: Buffer.alloc(32, 'subject key of the upgrade test').toString('base64'),
}

/** When the calls of a store were made, and when it is served again. */
export const MOMENT = new Date('2026-11-22T10:00:00.000Z')

/** Was verified, waits for an agent, and is touched by an incident. */
export const verified = { brand: 'rheinnetz', number: '407182632', pin: '4826' }
/** Ten wrong tries in a row: only a new PIN opens it. */
export const lockedForGood = { brand: 'rheinnetz', number: '519038476', pin: '7395' }
/** Three wrong tries, and a lock that has not ended. */
export const lockedForNow = { brand: 'rheinnetz', number: '628405919', pin: '6048' }
/** Got a new SIM, whose PUK is refused for `restsMs`. */
export const swapped = {
  brand: 'alpenfunk',
  number: '53999998',
  old: { sim: '8949039200530629436', puk: '27183641' },
  now: { sim: '8949039200539999996', puk: '26405913' },
  restsMs: 72 * 3_600_000,
}
/** Has an open ticket with a note. */
export const reporter = { brand: 'fuldanetz', number: '305719467', pin: '8264' }
export const ticket = { number: '7100482935', topic: 'outage', reportedAt: '2026-05-04T05:52:00.000Z' }
export const note = 'Der Techniker kommt am Montag.'
export const notice = {
  brand: 'fuldanetz',
  texts: { de: 'Im Norden ist das Netz gestört.', en: 'A fault in the north.' },
}
export const incident = {
  name: 'mail-2026-10',
  day: '2026-10-01',
  texts: { de: 'Eine Mail hatte eine fremde Nummer.', en: 'A mail had a wrong number.' },
}
export const agent = { name: 'mara', password: 'a good long password' }
/** With the same password. */
export const disabledAgent = 'nils'
