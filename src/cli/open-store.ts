import type { Kysely } from 'kysely'
import { createVerifier, type Verifier } from '../auth/verifier.ts'
import { loadConfig } from '../config.ts'
import { urlOf } from '../deps.ts'
import { loadHotlines, rulesOf } from '../hotlines.ts'
import { completeKeys } from '../keys.ts'
import { openDatabase } from '../store/database.ts'
import type { BrandRules } from '../store/import/import.ts'
import type { Schema } from '../store/schema.ts'

/** The durable store with what commands need beside it. */
export interface OpenStore {
  db: Kysely<Schema>
  verifier: Verifier
  /** The key that new verifiers are made with. */
  currentKid: string
  brands: ReadonlyMap<string, BrandRules>
  close(): Promise<void>
}

/** Opens the configured store, or the one that the command line names. Throws sentences for people. */
export async function openStore({ database }: { database?: string } = {}): Promise<OpenStore> {
  const config = loadConfig({ over: database === undefined ? {} : { DATABASE_URL: database } })
  const brands = rulesOf(loadHotlines(config.flowsDir))
  // Keys first: they are not made for a database that is there already.
  const keys = completeKeys(config.keys, config.database)
  const { db, close } = await openDatabase(urlOf(config.database))
  return { db, verifier: createVerifier(keys.pin), currentKid: keys.pin.current, brands, close }
}
