import type { Steps } from '../../store/migrations/index.ts'
import { counted } from '../counted.ts'
import { defineCheck } from './check.ts'

export const migrations = defineCheck({
  name: 'migrations',
  needs: ['DATABASE_URL'],
  remedies: {
    pending: { weight: 'note', remedy: 'Make a backup first: there is no way back. Then the next start takes them.' },
    later: { weight: 'fault', remedy: 'Start that version, or restore the backup from before the upgrade.' },
    first: { weight: 'note', remedy: null },
    unknown: { weight: 'note', remedy: null },
  },
  look: async ({ store }): Promise<Steps | null> => {
    const seen = await store()
    return seen.kind === 'open' ? seen.store.steps : null
  },
  judge(steps) {
    if (steps === null) return [{ code: 'unknown', says: 'Not looked at: the store is not open to this command.' }]
    const { done, pending, later } = steps
    if (later.length > 0)
      return [{ code: 'later', says: `A newer version has changed the store (${later.join(', ')}).` }]
    if (done === 0) return [{ code: 'first', says: 'The database is empty: the first start makes its tables.' }]
    if (pending.length > 0)
      return [{ code: 'pending', says: `${counted(pending.length, 'step')} to come: ${pending.join(', ')}.` }]
    return [{ good: `All ${done} steps are done.` }]
  },
})
