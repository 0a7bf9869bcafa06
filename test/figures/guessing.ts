/** What a guesser can win, computed from the policy itself: nothing here is measured, and nothing is written by hand. */
import { credentials } from '../../src/auth/credentials.ts'
import { HARD_LOCK_AFTER, TOTAL_LIMIT, TRIES_PER_CALL } from '../../src/auth/lockout.ts'
import type { Figure } from './page.ts'

const PINS = 10 ** credentials.pin.usualEntry.digits
const PUKS = 10 ** credentials.puk.usualEntry.digits
const DAYS = 365
const SPRAYED = 1_000_000

export function guessing(): Figure[] {
  return [
    { what: 'chance to guess a random PIN in one call', figure: percent(TRIES_PER_CALL / PINS) },
    {
      what: 'chance to guess a random PIN before the lock that only a new PIN lifts',
      figure: percent(HARD_LOCK_AFTER / PINS),
    },
    {
      what: 'chance to guess a random PIN within a year, by a stranger who waits for the right PINs of the customer between',
      figure: percent(TOTAL_LIMIT / PINS),
    },
    {
      what: 'the same, if there were no more than 3 tries a day and no other lock',
      figure: percent(Math.min(1, (3 * DAYS) / PINS)),
    },
    {
      what: 'chance to guess the PUK of a SIM before it is dead',
      figure: percent(credentials.puk.ownLimit / PUKS),
    },
    {
      what: `accounts that fall when one PIN is tried at each of ${SPRAYED.toLocaleString('en')} accounts, with random PINs`,
      figure: (SPRAYED / PINS).toLocaleString('en'),
    },
  ]
}

/** Two digits that count. */
function percent(chance: number): string {
  return `${Number((chance * 100).toPrecision(2)).toLocaleString('en', { maximumFractionDigits: 10 })} %`
}
