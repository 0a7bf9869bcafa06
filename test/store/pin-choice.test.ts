/** Secrets that customers set themselves: the old one is dead at once, the last ones are refused, a lock stays, and what was changed by phone comes back. */
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { Secret } from '../../src/auth/secret.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import { createVerifier, ownerOf, type Verifier } from '../../src/auth/verifier.ts'
import type { ChoiceBecause } from '../../src/seams/pin-choice.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import type { Database } from '../../src/store/database.ts'
import { nestAll } from '../../src/store/key-rotation.ts'
import { createPinChoice } from '../../src/store/pin-choice.ts'
import type { Schema } from '../../src/store/schema.ts'
import { readVerifier } from '../../src/store/verifiers.ts'
import { brands, empty, importLines, line, refOf } from '../support/customers.ts'
import { recordRight } from '../support/right-event.ts'
import { describeStores } from '../support/stores.ts'
import { pinTry, take } from '../support/tries.ts'

const byId = new Map([
  ['a', Buffer.alloc(32, 1)],
  ['b', Buffer.alloc(32, 2)],
])
const verifier = createVerifier({ current: 'a', byId })
const later = createVerifier({ current: 'b', byId })
const portal: ChoiceBecause = { by: 'portal', actor: 'portal' }
const now = () => new Date()

describeStores('a secret that its customer sets', (open) => {
  let database: Database
  let db: Kysely<Schema>
  let ref: string
  beforeAll(async () => {
    database = await open()
    db = database.db
  })
  beforeEach(async () => {
    await empty(db)
    await importLines(db, [line({ pin: '4826', birth_date: '1968-11-02', email: 'a@example.org' })], { verifier })
    ref = await refOf(db, '10000001')
    await sql`UPDATE contact SET confirmed = now()`.execute(db)
  })
  const choice = (by = verifier) => createPinChoice(db, brands, by)
  const account = () => ({ brand: 'open', ref })
  const choose = (pin: string, by = verifier) => choice(by).choose(account(), 'pin', new Secret(pin), portal, now())
  const chooseByPhone = (pin: string, left = () => 1, by: Pick<Verifier, 'make' | 'matches'> = verifier) =>
    createPinChoice(db, brands, by).chooseByPhone(
      account(),
      'pin',
      new Secret(pin),
      { actor: 'caller', callId: 'CA1' },
      { now: now(), by: { left } },
    )
  /** The PIN in force was right in that call, as the settled try records it. */
  const proved = (result = 'right', credential = 'pin', callId = 'CA1') =>
    recordRight(db, account(), { result, credential, callId })
  const undo = () => choice().undo(account(), 'pin', { actor: 'portal' }, now())
  const proves = async (pin: string) =>
    verifier.matches(
      new Secret(pin),
      ownerOf('open', ref, null),
      'pin',
      await readVerifier(db, { ...account(), credential: 'pin', sim: null }),
    )
  const subject = () => accountSubject('open', ref)
  const lock = () => createAttempts(db).lockState(subject())
  const told = async () => (await db.selectFrom('message').select('kind').execute()).map(({ kind }) => kind)

  it('is in force at once, and the one before is dead; it is recorded and told', async () => {
    await sql`DELETE FROM message`.execute(db)
    expect(await choose('7391')).toEqual({ set: true })
    expect([await proves('7391'), await proves('4826')]).toEqual([true, false])
    expect(await told()).toEqual(['pin_set'])
    const events = await db.selectFrom('event').select(['actor', 'facts']).where('ref', '=', ref).execute()
    expect(events).toContainEqual({ actor: 'portal', facts: { act: 'choose_pin', credential: 'pin', by: 'portal' } })
    expect(JSON.stringify(events)).not.toContain('7391')
  })

  it('is refused by the policy and by the last ones, with another that would be taken; nothing is changed', async () => {
    const refusal = await choose('1968')
    expect(refusal).toMatchObject({ refused: 'birth_year' })
    for (const pin of ['7391', '5173', '8264']) expect(await choose(pin)).toEqual({ set: true })
    for (const pin of ['5173', '7391', '4826']) expect(await choose(pin)).toMatchObject({ refused: 'used_before' })
    expect(await chooseByPhone('8264')).toMatchObject({ refused: 'used_before' })
    expect(await proves('8264')).toBe(true)
    expect(await choose('9375')).toEqual({ set: true })
    const { rows } = await sql<{ count: number }>`SELECT count(*)::integer AS count FROM past_secret`.execute(db)
    expect(rows).toEqual([{ count: 3 }])
    expect(await choose('4826')).toEqual({ set: true })
    if (!('suggestion' in refusal)) throw new Error('nothing was offered')
    expect(await choose(refusal.suggestion.reveal())).toEqual({ set: true })
  })

  it('is no guess at the one in force in the portal: that one is set again, and told as any other', async () => {
    await sql`DELETE FROM message`.execute(db)
    expect(await choose('4826')).toEqual(await choose('7391'))
    expect(await told()).toEqual(['pin_set', 'pin_set'])
  })

  it('is known as had before under another key, too, and after it was cleared', async () => {
    await choose('7391')
    expect(await nestAll(db, later, 'b')).toBe(2)
    expect(await choose('4826', later)).toMatchObject({ refused: 'used_before' })
    await createAccountBook(db).clearPins({ brand: 'open', customerNumber: '10000001' }, { actor: 'cli', reason: 't' })
    expect(await choose('7391', later)).toMatchObject({ refused: 'used_before' })
  })

  it('leaves tries counted and a soft lock standing; a random one ends the hard lock, a chosen one does not', async () => {
    const attempts = createAttempts(db)
    const wrong = () => take(attempts, pinTry(subject()), 'wrong')
    for (let tries = 0; tries < 3; tries++) await wrong()
    const before = await lock()
    expect(before.lockedUntil).not.toBeNull()
    expect(await choose('7391')).toEqual({ set: true })
    expect(await lock()).toEqual(before)

    await sql`UPDATE pin_state SET hard_locked = true WHERE subject = ${subject()}`.execute(db)
    expect(await choose('5173')).toEqual({ refused: 'hard_locked' })
    expect(await proves('7391')).toBe(true)
    const renewed = await choice().renew(account(), 'pin', portal, now())
    if (!('set' in renewed)) throw new Error(renewed.refused)
    expect(await proves(renewed.set.reveal())).toBe(true)
    expect(await lock()).toMatchObject({ hardLocked: false, consecutive: 0, lockedUntil: null })
  })

  it('is refused while the operator has locked the account, after its end, and where the brand takes no such secret', async () => {
    const book = createAccountBook(db)
    const number = { brand: 'open', customerNumber: '10000001' }
    await book.lock(number, { actor: 'cli', reason: 't' })
    expect(await choose('7391')).toEqual({ refused: 'operator_locked' })
    expect(await choice().renew(account(), 'pin', portal, now())).toEqual({ refused: 'operator_locked' })
    await book.unlock(number, { actor: 'cli', reason: 't' })
    expect(await choice().choose(account(), 'puk', new Secret('12345678'), portal, now())).toEqual({
      refused: 'not_accepted',
    })
    await sql`UPDATE account SET ends = now() - interval '1 minute'`.execute(db)
    expect(await choose('7391')).toEqual({ refused: 'no_account' })
    expect(await proves('4826')).toBe(true)
  })

  it('ends by undo where it was set by phone within 72 h, and neither it nor the one before is right then; by phone it is changed once in that time', async () => {
    expect(await undo()).toBeNull()
    await proved()
    expect(await chooseByPhone('7391')).toEqual({ set: true })
    expect(await chooseByPhone('5173')).toEqual({ refused: 'changed_lately' })
    const undone = await undo()
    expect([await proves('4826'), await proves('7391')]).toEqual([false, false])
    expect(undone && 'set' in undone && (await proves(undone.set.reveal()))).toBe(true)
    expect(await undo()).toBeNull()
    expect(await choose('4826')).toMatchObject({ refused: 'used_before' })

    await proved()
    expect(await chooseByPhone('8264')).toEqual({ set: true })
    await sql`UPDATE verifier SET set_at = set_at - interval '73 hours'`.execute(db)
    expect(await undo()).toBeNull()
    await choose('9375')
    expect(await undo()).toBeNull()
  })

  it('is not kept where it is a code for first use, by whatever way, and such a code never comes back', async () => {
    const marked = sql`UPDATE verifier SET replace_only = true WHERE ref = ${ref}`
    await marked.execute(db)
    expect(await choose('4826')).toMatchObject({ refused: 'used_before' })
    await proved()
    expect(await chooseByPhone('4826')).toMatchObject({ refused: 'used_before' })
    expect(await chooseByPhone('7391')).toEqual({ set: true })
    expect(await db.selectFrom('verifier').select('replace_only').execute()).toEqual([{ replace_only: false }])
    const { set } = (await undo()) as { set: Secret }
    expect([await proves('4826'), await proves('7391'), await proves(set.reveal())]).toEqual([false, false, true])
  })

  it('is by phone never set over one that was not right in that call: neither over what the owner set since, nor what was cleared', async () => {
    const kept = { refused: 'not_proved' }
    expect(await chooseByPhone('7391')).toEqual(kept)
    for (const [result, credential, callId] of [
      ['wrong', 'pin', 'CA1'],
      ['right', 'puk', 'CA1'],
      ['right', 'pin', 'CA2'],
    ] as const)
      await proved(result, credential, callId)
    expect(await chooseByPhone('7391')).toEqual(kept)

    await proved()
    const renewed = await choice().renew(account(), 'pin', portal, now())
    expect(await chooseByPhone('7391')).toEqual(kept)
    expect('set' in renewed && (await proves(renewed.set.reveal()))).toBe(true)

    await proved()
    await createAccountBook(db).clearPins({ brand: 'open', customerNumber: '10000001' }, { actor: 'cli', reason: 't' })
    expect(await chooseByPhone('7391')).toEqual(kept)
    expect(await proves('7391')).toBe(false)
  })

  /** The verifier of these tests, and how often it hashed. */
  function counted() {
    const hashes = { done: 0 }
    const counting: Pick<Verifier, 'make' | 'matches'> = {
      make: (...given) => {
        hashes.done += 1
        return verifier.make(...given)
      },
      matches: (...given) => {
        hashes.done += 1
        return verifier.matches(...given)
      },
    }
    return { hashes, counting }
  }

  it('is hashed for no refusal by a rule, whatever was had before', async () => {
    for (const pin of ['7391', '5173', '8264']) await choose(pin)
    const { hashes, counting } = counted()
    const refused = await createPinChoice(db, brands, counting).choose(
      account(),
      'pin',
      new Secret('1234'),
      portal,
      now(),
    )
    expect(refused).toMatchObject({ refused: 'sequence', suggestion: expect.any(Secret) })
    expect(hashes.done).toBe(0)
  })

  it.each([0, 1, 2, 3, 4])(
    'is not set by phone where the time of the caller is over after %i hashes, and hashed no more',
    async (most) => {
      for (const pin of ['7391', '5173']) await choose(pin)
      await proved()
      const { hashes, counting } = counted()
      const done = chooseByPhone('9375', () => (hashes.done < most ? 1 : 0), counting)
      await expect(done).rejects.toThrow('The deadline of the webhook came first.')
      expect(hashes.done).toBe(most)
      expect(await proves('5173')).toBe(true)
    },
  )

  it('of two at once each is judged against the other, and none is lost', async () => {
    await proved()
    const results = await Promise.all([chooseByPhone('7391'), chooseByPhone('7391')])
    expect(results).toContainEqual({ set: true })
    expect(results).toContainEqual(expect.objectContaining({ refused: 'used_before' }))
  })
})
