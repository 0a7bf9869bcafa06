import type { Kysely } from 'kysely'
import type { Verifier } from '../auth/verifier.ts'
import { type Config, loadConfig } from '../config/config.ts'
import { completeKeys } from '../config/keys.ts'
import { urlOf } from '../server/deps.ts'
import { openDatabase } from '../store/database.ts'
import type { BrandRules } from '../store/import/import.ts'
import { openVerifier } from '../store/pin-keys.ts'
import type { Schema } from '../store/schema.ts'
import type { AgentTools } from './agents.ts'
import type { IncidentTools } from './incident.ts'
import type { StoreChoice } from './store-choice.ts'

/** The durable store with what commands need beside it. */
export interface OpenStore {
  db: Kysely<Schema>
  verifier: Verifier
  /** The key that new verifiers are made with. */
  currentKid: string
  close(): Promise<void>
}

/** Opens the store. Throws sentences for people. */
export function openStore(choice: StoreChoice): Promise<OpenStore> {
  return open(configOf(choice))
}

/** Opens the store, and reads what an import must know of each brand. */
export async function openImport(
  choice: StoreChoice,
): Promise<OpenStore & { brands: ReadonlyMap<string, BrandRules> }> {
  const config = configOf(choice)
  const [{ loadHotlines, rulesOf }, { loadStepTypes }] = await Promise.all([
    import('../hotlines/hotlines.ts'),
    import('../hotlines/load-step-types.ts'),
  ])
  const brands = rulesOf(loadHotlines(config.flowsDir, await loadStepTypes(config.stepTypes)))
  return { ...(await open(config)), brands }
}

/** Opens the agents of the store, and reads what they can take. */
export async function openAgents(choice: StoreChoice): Promise<AgentTools> {
  const config = configOf(choice)
  const [{ loadHotlines, takenBy }, { loadStepTypes }, { createAgents }] = await Promise.all([
    import('../hotlines/hotlines.ts'),
    import('../hotlines/load-step-types.ts'),
    import('../store/agents.ts'),
  ])
  const served = takenBy(loadHotlines(config.flowsDir, await loadStepTypes(config.stepTypes)))
  const { db, close } = await open(config)
  return { agents: createAgents(db), served, close }
}

/** Opens the incidents of the store, and reads which brands can have one. */
export async function openIncidents(choice: StoreChoice): Promise<IncidentTools> {
  const config = configOf(choice)
  const [{ loadHotlines }, { loadStepTypes }, { createIncidents }] = await Promise.all([
    import('../hotlines/hotlines.ts'),
    import('../hotlines/load-step-types.ts'),
    import('../store/incidents.ts'),
  ])
  const { byBrand } = loadHotlines(config.flowsDir, await loadStepTypes(config.stepTypes))
  const { db, close } = await open(config)
  const brands = new Map([...byBrand].map(([name, { brand }]) => [name, brand.languages.map(({ code }) => code)]))
  return { incidents: createIncidents(db), brands, close }
}

function configOf({ database }: StoreChoice): Config {
  return loadConfig({ over: database === undefined ? {} : { DATABASE_URL: database } })
}

async function open({ keys: given, database: place }: Config): Promise<OpenStore> {
  // Keys first: they are not made for a database that is there already.
  const keys = completeKeys(given, place)
  const { db, close } = await openDatabase(urlOf(place))
  try {
    return { db, verifier: await openVerifier(db, keys.pin), currentKid: keys.pin.current, close }
  } catch (error) {
    await close()
    throw error
  }
}
