/** The demo customers that tests call as, two with a PIN and one without in each brand, and a number that nobody has. */

interface Person {
  number: string
  pin: string
}

interface People {
  first: Person
  second: Person
  /** A customer who has no PIN. */
  pinless: string
  /** Well-formed, and nobody's. */
  nobody: string
}

export const people: Record<string, People> = {
  rheinnetz: {
    first: { number: '407182632', pin: '4826' },
    second: { number: '519038476', pin: '7395' },
    pinless: '730519286',
    nobody: '407182649',
  },
  fuldanetz: {
    first: { number: '305719467', pin: '8264' },
    second: { number: '418260538', pin: '5739' },
    pinless: '639472011',
    nobody: '305719475',
  },
  sternmobil: {
    first: { number: '20481736', pin: '6917' },
    second: { number: '20593847', pin: '8530' },
    pinless: '20738194',
    nobody: '20481737',
  },
  korbmobil: {
    first: { number: '31046285', pin: '2794' },
    second: { number: '31157396', pin: '5368' },
    pinless: '31379518',
    nobody: '31046286',
  },
  kassemobil: {
    first: { number: '42058371', pin: '3719' },
    second: { number: '42169482', pin: '6482' },
    pinless: '42381604',
    nobody: '42058372',
  },
  alpenfunk: {
    first: { number: '53062941', pin: '4683' },
    second: { number: '53173052', pin: '7951' },
    pinless: '53406385',
    nobody: '53062942',
  },
}

/** A four-digit entry that is not this one, the n-th of many. */
export function wrongPin(pin: string, n = 1): string {
  return String((Number(pin) + n) % 10_000).padStart(4, '0')
}
