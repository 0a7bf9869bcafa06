import { SKEW_SECONDS } from '../../portal/token.ts'
import { defineCheck } from './check.ts'

/** A clock ahead of ours, and how far off that may be, ms. */
interface Compared {
  with: string
  aheadMs: number
  errorMs: number
}

/** Beyond this the portal's tokens are refused (`src/portal/token.ts`), and codes of five minutes are short. */
const WRONG_MS = SKEW_SECONDS * 1_000
/** Machines that keep time by NTP are far closer. */
const DOUBTFUL_MS = 2_000

export const clock = defineCheck({
  name: 'clock',
  needs: ['DATABASE_URL', 'PUBLIC_BASE_URL', 'HOST'],
  remedies: {
    wrong: {
      weight: 'fault',
      remedy: 'On both machines: timedatectl set-ntp true. Locks, opening hours and codes go by these clocks.',
    },
    off: {
      weight: 'warning',
      remedy: 'On both machines timedatectl says whether NTP is active; timedatectl set-ntp true switches it on.',
    },
    alone: { weight: 'note', remedy: null },
  },
  look: async ({ store, visit }): Promise<Compared[]> => {
    const [seen, visited] = [await store(), await visit()]
    const ofStore = seen.kind === 'open' ? seen.store.clock : null
    const ofUrl = visited?.kind === 'answered' ? visited.clock : null
    return [
      ...(ofStore === null ? [] : [{ with: 'the database', ...ofStore }]),
      ...(ofUrl === null ? [] : [{ with: 'what answers at PUBLIC_BASE_URL', ...ofUrl }]),
    ]
  },
  judge(compared) {
    if (compared.length === 0)
      return [{ code: 'alone', says: 'There is no other clock to compare with that of this machine.' }]
    return compared.map(({ with: other, aheadMs, errorMs }) => {
      // Only what it is off for sure.
      const least = Math.max(0, Math.abs(aheadMs) - errorMs)
      const says = `This machine is ${seconds(Math.abs(aheadMs))} ${aheadMs > 0 ? 'behind' : 'ahead of'} ${other}.`
      if (least > WRONG_MS) return { code: 'wrong' as const, says }
      if (least > DOUBTFUL_MS) return { code: 'off' as const, says }
      return { good: `As that of ${other}, within ${seconds(Math.abs(aheadMs) + errorMs)}.` }
    })
  },
})

function seconds(ms: number): string {
  return `${(ms / 1_000).toLocaleString('en', { maximumFractionDigits: 1 })} s`
}
