/** The demo of an opened store: who gets in by it, and whether it may be there at all. */
import type { DemoSecrets } from '../config/config.ts'
import { rulesOf, takenBy } from '../hotlines/hotlines.ts'
import { hasDemo, loadDemo, loadDemoAgents } from '../store/demo.ts'
import { type DemoAgent, type DemoCustomer, demoAgents, demoCustomers } from '../store/demo-cast.ts'
import { createOwnSecrets, opensWithPublished } from '../store/demo-secrets.ts'
import type { Deps } from './deps.ts'

/** The demo as far as it can be told: PINs and passwords of its own are known to the start that makes them, and to no other. */
export interface Demo {
  customers: readonly DemoCustomer[]
  agents: readonly DemoAgent[]
}

/** Everybody may know how to get into this store, and this is no try-out. The message says what to do. */
class PublishedDemo extends Error {
  override readonly name = 'PublishedDemo'
}

/**
 * Puts the demo into a store that has no customers yet, if it is wanted.
 * @returns null when none is wanted, or the store has the operator's own customers alone.
 * @throws PublishedDemo when published PINs or passwords open the store, and it is opened for more than a try-out.
 */
export async function openDemo(
  deps: Deps,
  { demo, tryout }: { demo: DemoSecrets | null; tryout: boolean },
): Promise<Demo | null> {
  const { hotlines, verifier, agents } = deps
  const { db } = deps.database
  const doors = { ...deps, db }
  if (!tryout && (await opensWithPublished(doors)))
    throw new PublishedDemo(
      'This store has the demo of a try-out, and everybody may know its PINs and passwords. Set DATABASE_URL to another store.',
    )
  if (demo === null) return null
  const own = demo === 'own' ? createOwnSecrets(verifier) : null
  await loadDemo(db, own?.verifier ?? verifier, rulesOf(hotlines))
  if (!(await hasDemo(db))) return null
  const made = await loadDemoAgents(agents, takenBy(hotlines), own?.password)
  if (own) return { customers: await own.customers(db), agents: made }
  return (await opensWithPublished(doors))
    ? { customers: demoCustomers(), agents: demoAgents() }
    : { customers: [], agents: made }
}
