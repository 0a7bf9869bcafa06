/**
 * Secrets that customers set themselves. Hashing takes a tenth of a second each, so it is done before the transaction (`chosen-secret.ts`), which then sees
 * whether what was compared still stands. Imports kysely, `auth` and the tables.
 */
import { randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type CredentialKind, credentials } from '../auth/credentials.ts'
import { faultOf, type PinPolicy, policyOf, randomSecret } from '../auth/pin-policy.ts'
import type { Secret } from '../auth/secret.ts'
import { ownerOf, type Verifier } from '../auth/verifier.ts'
import { type Deadline, refuseLate } from '../seams/deadline.ts'
import type { Choice, ChoosingAccount, NotChosen, NotChosenByPhone, PinChoice } from '../seams/pin-choice.ts'
import { type Known, knownOf, type SetBecause, write } from './chosen-secret.ts'
import type { BrandRules } from './import/row.ts'
import { type Copying, copiesNothing } from './look-up/pin-copies.ts'
import type { Schema } from './schema.ts'

/** As often as the secret may be set by others between comparing and writing, before the request fails. */
const TIMES = 5

/** What one of them alone answers: each method says which it may. */
type Chosen = Choice | { refused: 'has_one' | NotChosenByPhone }

/** Of who is not on the line. */
const ENDLESS: Pick<Deadline, 'left'> = { left: () => Number.POSITIVE_INFINITY }

export function createPinChoice(
  db: Kysely<Schema>,
  brands: ReadonlyMap<string, Pick<BrandRules, 'credentials' | 'countryCode' | 'pins'>>,
  verifier: Pick<Verifier, 'make' | 'matches'>,
  copying: Copying = copiesNothing,
): PinChoice {
  /** Null where the brand does not take such a secret, or it is not the customer's to choose. */
  function rulesFor(brand: string, kind: CredentialKind): { policy: PinPolicy; countryCode: string } | null {
    const rules = brands.get(brand)
    const { changeable, subject } = credentials[kind]
    if (!rules?.credentials.includes(kind) || !changeable || subject !== 'account') return null
    return { policy: policyOf(rules, kind), countryCode: rules.countryCode }
  }

  async function wasHad(
    secret: Secret,
    account: ChoosingAccount,
    kind: CredentialKind,
    had: Known['had'],
    by = ENDLESS,
  ) {
    for (const { stored } of had) {
      await refuseLate(by)
      if (await verifier.matches(secret, ownerOf(account.brand, account.ref, null), kind, stored)) return true
    }
    return false
  }

  async function unused(policy: PinPolicy, account: ChoosingAccount, kind: CredentialKind, known: Known) {
    for (;;) {
      const offered = randomSecret(policy, known.owner, randomInt)
      if (!(await wasHad(offered.keyed, account, kind, known.had))) return offered
    }
  }

  async function make(
    secret: Secret,
    { brand, ref }: ChoosingAccount,
    kind: CredentialKind,
    { customerNumber }: Pick<Known, 'customerNumber'>,
  ) {
    const stored = await verifier.make(secret, ownerOf(brand, ref, null), kind)
    return { stored, copy: await copying({ brand, customerNumber, ref, kind, stored }, secret) }
  }

  async function chosen(
    account: ChoosingAccount,
    kind: CredentialKind,
    secret: Secret,
    because: SetBecause,
    now: Date,
    deadline = ENDLESS,
  ): Promise<Chosen> {
    const { by } = because
    const rules = rulesFor(account.brand, kind)
    if (!rules) return { refused: 'not_accepted' }
    for (let left = TIMES; left > 0; left--) {
      const known = await knownOf(db, account, kind, rules.countryCode, now)
      if (!known) return { refused: 'no_account' }
      if (by === 'order' && known.hasOne) return { refused: 'has_one' }
      // In the portal the one in force is set again, and told: a refusal would be a guess that no lock counts and nobody hears of. Not so a code for
      // first use: it would stay for good, and who is in the portal can set another without it.
      const had = by === 'portal' ? known.had.filter(({ inForce, replaceOnly }) => !inForce || replaceOnly) : known.had
      const fault =
        faultOf(secret, rules.policy, known.owner) ??
        ((await wasHad(secret, account, kind, had, deadline)) ? 'used_before' : null)
      // Not compared with those before: that would take up to four hashes for each refusal, and it is judged when it is chosen.
      if (fault !== null)
        return { refused: fault, suggestion: randomSecret(rules.policy, known.owner, randomInt).shown }
      await refuseLate(deadline)
      const made = { ...(await make(secret, account, kind, known)), act: 'choose_pin' } as const
      await refuseLate(deadline)
      const done = await write(db, account, kind, known, now, because, made)
      if (done === 'set') return { set: true }
      if (done !== 'changed_meanwhile' && done !== 'nothing_to_undo') return { refused: done }
    }
    throw new Error('The secret was set by others each time it was to be written.')
  }

  /** Null: nothing to undo. */
  async function issued(
    account: ChoosingAccount,
    kind: CredentialKind,
    because: SetBecause,
    act: 'renew_pin' | 'undo_pin',
    now: Date,
  ): Promise<{ set: Secret } | { refused: NotChosen } | null> {
    const rules = rulesFor(account.brand, kind)
    if (!rules) return { refused: 'not_accepted' }
    for (let left = TIMES; left > 0; left--) {
      const known = await knownOf(db, account, kind, rules.countryCode, now)
      if (!known) return { refused: 'no_account' }
      const { shown, keyed } = await unused(rules.policy, account, kind, known)
      const made = await make(keyed, account, kind, known)
      const done = await write(db, account, kind, known, now, because, { ...made, act })
      if (done === 'set') return { set: shown }
      if (done === 'nothing_to_undo') return null
      if (done !== 'changed_meanwhile') return { refused: done as NotChosen }
    }
    throw new Error('The secret was set by others each time it was to be written.')
  }

  return {
    choose: (account, kind, secret, because, now) => chosen(account, kind, secret, because, now) as Promise<Choice>,
    chooseByPhone: (account, kind, secret, because, { now, by }) =>
      chosen(account, kind, secret, { by: 'phone', ...because }, now, by) as Promise<
        Choice | { refused: NotChosenByPhone }
      >,
    order: (account, kind, secret, { actor }, now) =>
      chosen(account, kind, secret, { by: 'order', actor }, now) as Promise<Choice | { refused: 'has_one' }>,
    async renew(account, kind, because, now) {
      const done = await issued(account, kind, because, 'renew_pin', now)
      if (done === null) throw new Error('There is always something to renew.')
      return done
    },
    undo: (account, kind, { actor }, now) => issued(account, kind, { by: 'undo', actor }, 'undo_pin', now),
  }
}
