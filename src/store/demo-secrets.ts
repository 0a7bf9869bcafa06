/** Who gets in by the demo: by what comes with it and everybody may know, or by PINs and passwords that only this store has. */

import { randomBytes, randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import { Secret } from '../auth/secret.ts'
import { type Owner, ownerOf, type Verifier } from '../auth/verifier.ts'
import type { AgentDirectory, SignIn } from '../seams/agents.ts'
import { refOf } from './accounts/ref-of.ts'
import { type DemoCustomer, demoAgents, demoCustomers } from './demo-cast.ts'
import type { Schema } from './schema.ts'
import { readVerifier } from './verifiers.ts'

/** Bytes of a password that is made up: 96 bits, 16 characters. */
const PASSWORD_BYTES = 12

/** What can be asked of a store that is open. */
export interface DemoDoors {
  db: Kysely<Schema>
  verifier: Pick<Verifier, 'matches'>
  agents: Pick<AgentDirectory, 'find'>
  signIn: SignIn
}

/**
 * Whether a published password or PIN opens something in this store. It tries them, for that is the question: where the store
 * came from, and under which settings, may have been forgotten. Without demo customers and agents it hashes nothing.
 */
export async function opensWithPublished({ db, verifier, agents, signIn }: DemoDoors): Promise<boolean> {
  for (const { brand, customerNumber, pin } of demoCustomers()) {
    if (pin === null) continue
    const ref = await refOf(db, { brand, customerNumber })
    if (ref === null) continue
    const stored = await readVerifier(db, { brand, ref, credential: 'pin', sim: null })
    if (stored && (await verifier.matches(new Secret(pin), ownerOf(brand, ref, null), 'pin', stored))) return true
  }
  for (const { name, password } of demoAgents())
    if ((await agents.find(name)) && (await signIn.verify(name, password)) !== null) return true
  return false
}

export interface OwnSecrets {
  /** Makes verifiers of digits of its own, as many as it was given. */
  verifier: Pick<Verifier, 'make'>
  /** The demo customers, with the PINs that were made here; none when none was made. */
  customers(db: Kysely<Schema>): Promise<DemoCustomer[]>
  password(): string
}

/** Secrets in place of the published ones. They are in memory until they have been told, and nowhere else. */
export function createOwnSecrets(verifier: Pick<Verifier, 'make'>): OwnSecrets {
  const made = new Map<Owner, string>()
  return {
    verifier: {
      make(secret, owner, kind) {
        const digits = madeUp(secret.length)
        if (kind === 'pin') made.set(owner, digits)
        return verifier.make(new Secret(digits), owner, kind)
      },
    },
    async customers(db) {
      if (made.size === 0) return []
      const told: DemoCustomer[] = []
      for (const customer of demoCustomers()) {
        const ref = await refOf(db, customer)
        const pin = ref === null ? undefined : made.get(ownerOf(customer.brand, ref, null))
        if (ref !== null && (pin !== undefined || customer.pin === null)) told.push({ ...customer, pin: pin ?? null })
      }
      return told
    },
    password: () => randomBytes(PASSWORD_BYTES).toString('base64url'),
  }
}

/** Random digits, but none of those that people try first: all alike, in steps, or a year. */
function madeUp(length: number): string {
  const digits = Array.from({ length }, () => randomInt(10))
  const steps = new Set(digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0)))
  const text = digits.join('')
  return steps.size === 1 || /^(19|20)/.test(text) ? madeUp(length) : text
}
