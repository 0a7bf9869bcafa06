import type { Steps } from '../../store/migrations/index.ts'
import { counted } from '../counted.ts'
import { defineCheck } from './check.ts'

export const migrations = defineCheck({
  name: 'migrations',
  needs: ['DATABASE_URL'],
  remedies: {
    pending: {
      weight: 'note',
      remedy:
        'There is no way back, so make a backup first: pg_dump -Fc -f rufpass.dump, or a copy of the directory. The next start takes them.',
    },
    later: { weight: 'fault', remedy: 'Start the newer version again, or restore the backup from before the upgrade.' },
    first: { weight: 'note', remedy: null },
    unknown: { weight: 'note', remedy: null },
  },
  look: async ({ store, running }): Promise<Steps | 'served' | 'new' | null> => {
    const seen = await store()
    if (seen.kind === 'open') return seen.store.steps
    if (seen.kind === 'new' || seen.kind === 'memory') return 'new'
    return (await running()) === null ? null : 'served'
  },
  judge(steps) {
    if (steps === 'new') return [{ code: 'first', says: 'There is no database yet: the first start makes its tables.' }]
    if (steps === 'served') return [{ good: 'The server that has the store open took all of its steps at its start.' }]
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
