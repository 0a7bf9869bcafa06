/** What the store says of a secret that its customer changed, for what rests then. */
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier } from '../../src/auth/verifier.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createCallCodes } from '../../src/store/call-codes.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createPinChoice } from '../../src/store/pin-choice.ts'
import type { Schema } from '../../src/store/schema.ts'
import { brands, empty, importLines, line, refOf } from '../support/customers.ts'
import { recordRight } from '../support/right-event.ts'
import { describeStores } from '../support/stores.ts'

const verifier = createVerifier({ current: 'a', byId: new Map([['a', Buffer.alloc(32, 1)]]) })
const HOUR = 3_600_000

describeStores('what rests after a change of the PIN', (open) => {
  let db: Kysely<Schema>
  let ref: string
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(async () => {
    await empty(db)
    await importLines(db, [line({ pin: '4826' })], { verifier })
    ref = await refOf(db, '10000001')
  })
  const account = () => ({ brand: 'open', ref })
  const choice = () => createPinChoice(db, brands, verifier)
  const rests = async (hours = 0) =>
    (await createTableSource(db).context('open', ref, new Date(Date.now() + hours * HOUR)))?.restUntil !== null
  const setIn = (way: string | null) => sql`UPDATE verifier SET chosen_by = ${way}`.execute(db)

  it('is nothing after the file of the operator, and is so for 72 hours after a change by the customer', async () => {
    expect(await rests()).toBe(false)
    await choice().choose(account(), 'pin', new Secret('7391'), { by: 'portal', actor: 'portal' }, new Date())
    expect([await rests(), await rests(71.9), await rests(72.1)]).toEqual([true, true, false])
    // Another account's change is nothing to this one.
    await sql`UPDATE verifier SET ref = 'another'`.execute(db)
    expect(await rests()).toBe(false)
  })

  it.each([
    ['portal', true],
    ['phone', true],
    ['undo', true],
    ['order', false],
    [null, false],
  ])('by way of %s: %s', async (way, expected) => {
    await setIn(way)
    expect(await rests()).toBe(expected)
  })

  it('goes on where the secret is cleared, and ends where the operator replaces it', async () => {
    await setIn('portal')
    const because = { actor: 'cli', reason: 'test' }
    await createAccountBook(db).clearPins({ brand: 'open', customerNumber: '10000001' }, because)
    expect(await rests()).toBe(true)
    await importLines(db, [line({ pin: '5173' })], { verifier, replacePins: true })
    expect(await rests()).toBe(false)
  })

  it('is so, too, after a code for a call from the portal, and after a look-up: they prove as much as a new PIN', async () => {
    const place = { brand: 'open', customerNumber: '10000001' }
    const codes = createCallCodes(db, { subjectKey: Buffer.alloc(32, 1), isTaken: () => true })
    await codes.make(place, { actor: 'cli', reason: 'test' })
    expect(await rests()).toBe(false)
    await codes.make(place, { actor: 'portal', reason: 'test' })
    expect([await rests(), await rests(71.9), await rests(72.1)]).toEqual([true, true, false])
    const told = (result: string) => {
      const facts = { act: 'portal_look_up', credential: 'pin', result }
      return createEventLog(db).append({ kind: 'account', callId: '-', ...account(), actor: 'portal', facts })
    }
    await empty(db)
    await importLines(db, [line({ pin: '4826' })], { verifier })
    ref = await refOf(db, '10000001')
    await told('no_copy')
    expect(await rests()).toBe(false)
    await told('shown')
    expect([await rests(71.9), await rests(72.1)]).toEqual([true, false])
  })

  it('begins again with what undo sets', async () => {
    await recordRight(db, account())
    const because = { actor: 'caller', callId: 'CA1' }
    const when = { now: new Date(), by: { left: () => 1 } }
    await choice().chooseByPhone(account(), 'pin', new Secret('7391'), because, when)
    await sql`UPDATE verifier SET set_at = now() - interval '71 hours'`.execute(db)
    expect(await rests(2)).toBe(false)
    expect(await choice().undo(account(), 'pin', { actor: 'portal' }, new Date())).toMatchObject({
      set: expect.any(Secret),
    })
    expect(await rests(71)).toBe(true)
  })
})
