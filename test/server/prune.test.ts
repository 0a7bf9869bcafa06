import { expect, it } from '@jest/globals'
import { prune } from '../../src/server/rufpass.ts'
import { noErasures } from '../support/no-accounts.ts'

it('accounts that are due are erased with what is forgotten every hour, and a fault of the one keeps nobody from the other', async () => {
  const done: string[] = []
  const logged: string[] = []
  const did = (what: string) => async () => {
    done.push(what)
    return 0
  }
  const deps = {
    erasures: {
      ...noErasures,
      carryOut: async (actor: string) => {
        done.push(`erased by ${actor}`)
        return { erased: 1, held: 0 }
      },
    },
    attempts: { pruneUnknown: did('unknown') },
    notes: { prune: did('notes') },
    portal: { prune: did('portal') },
    sprayBook: { prune: did('peaks') },
    clock: { now: () => new Date(), wait: async () => {} },
  } as unknown as Parameters<typeof prune>[0]
  const tell = (_fields: unknown, message: string): void => void logged.push(message)
  const log = { info: tell, warn: tell, error: tell, debug: tell } as unknown as Parameters<typeof prune>[1]
  await prune(deps, log)
  expect(done).toEqual(['erased by server', 'unknown', 'notes', 'portal', 'peaks'])
  expect(logged).toEqual(['accounts that were due are erased'])

  done.length = 0
  const broken = async () => Promise.reject(new Error('no database'))
  await prune({ ...deps, erasures: { ...noErasures, carryOut: broken } }, log)
  expect(done).toEqual(['unknown', 'notes', 'portal', 'peaks'])
  expect(logged.at(-1)).toContain('could not be erased')
})
