/**
 * Verifiers and passwords that cost next to nothing, for tests of a thousand right PINs and of sign-ins before each test. They are real rows: the parameters of argon2id
 * are stored in each row, so the code under test compares them as any other. Written from the description of the scheme
 * and not with its code, which makes every right PIN of these tests a check of the scheme too.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { hash, hashRaw } from '@node-rs/argon2'
import type { Kysely } from 'kysely'
import type { PinKeys, StoredVerifier, Verifier } from '../../src/auth/verifier.ts'
import type { Agent } from '../../src/seams/agents.ts'
import type { Schema } from '../../src/store/schema.ts'

const ARGON2ID = 2
/** argon2's own minimum: 8 kB, one pass. */
const CHEAP = { m: 8, t: 1, p: 1 }

export function cheapMaker(keys: PinKeys): Pick<Verifier, 'make'> {
  return {
    async make(secret, owner, kind, like): Promise<StoredVerifier> {
      const salt = like ? Buffer.from(like.salt, 'base64') : randomBytes(16)
      const core = await hashRaw(secret.reveal(), {
        algorithm: ARGON2ID,
        memoryCost: CHEAP.m,
        timeCost: CHEAP.t,
        parallelism: CHEAP.p,
        outputLen: 32,
        salt,
      })
      const mac = createHmac('sha256', keys.byId.get(keys.current) ?? Buffer.alloc(0))
      for (const field of ['pin-v1', owner, kind, '1', salt, core]) {
        const bytes = Buffer.from(field as string)
        mac.update(Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255])).update(bytes)
      }
      const tag = mac.digest('base64')
      return { v: 1, params: CHEAP, kids: [keys.current], salt: salt.toString('base64'), tag }
    },
  }
}

/** Adds an agent whose password costs no time to compare: how it was hashed stands in the row. */
export async function addAgent(
  db: Kysely<Schema>,
  { displayName, ...agent }: Omit<Agent, 'disabled'>,
  password: string,
): Promise<void> {
  const cheap = { algorithm: ARGON2ID, memoryCost: CHEAP.m, timeCost: CHEAP.t, parallelism: CHEAP.p }
  const row = { ...agent, display_name: displayName, password: await hash(password, cheap) }
  await db.insertInto('agent').values(row).execute()
}
