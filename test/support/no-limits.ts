import type { CallerLimits } from '../../src/seams/caller-limits.ts'

/** Lines without limits, for tests of something else: their callers have few numbers or none, and try more than one line may. */
export const noLimits: CallerLimits = {
  spend: async () => ({ full: null, counted: 'everywhere' }),
  spendOfAll: async () => ({ isLeft: true, counted: 'everywhere' }),
  giveBack: async () => {},
}
