/** Copies of PINs for customers to look up (R6): every way that sets one writes its copy, and every way that ends one takes it away. */
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { Encrypter, generateIdentity } from 'age-encryption'
import type { Kysely } from 'kysely'
import { credentials } from '../../src/auth/credentials.ts'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier, type Verifier } from '../../src/auth/verifier.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { createAccountChanges } from '../../src/store/accounts/told-changes.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { createCustomerFile } from '../../src/store/import/put.ts'
import { nestAll } from '../../src/store/key-rotation.ts'
import { undeliverable } from '../../src/store/letters/hand-over.ts'
import { issuePins } from '../../src/store/letters/issue.ts'
import { createLetterOrders } from '../../src/store/letters/order.ts'
import { type Copying, type CopyKeys, copiesTo, copyKeys, type PinCopy } from '../../src/store/look-up/pin-copies.ts'
import { createPinChoice } from '../../src/store/pin-choice.ts'
import type { Schema } from '../../src/store/schema.ts'
import { readVerifier, saveVerifiers } from '../../src/store/verifiers.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { brands, empty, importLines, line, refOf } from '../support/customers.ts'
import { recordRight } from '../support/right-event.ts'
import { describeStores } from '../support/stores.ts'

const [ADA, OLD, NEW] = ['10000001', '4826', '7391'] as const
const byId = new Map([
  ['test', Buffer.alloc(32, 7)],
  ['next', Buffer.alloc(32, 8)],
])
const keys = { current: 'test', byId }
const verifier: Verifier = { ...createVerifier(keys), ...cheapMaker(keys) }

describeStores('copies of PINs', (open) => {
  let db: Kysely<Schema>
  let opener: CopyKeys
  let copying: Copying
  beforeAll(async () => {
    db = (await open()).db
    opener = await copyKeys([await generateIdentity()])
    copying = copiesTo(opener.recipients[0] ?? null, new Set(['open']))
  })
  beforeEach(async () => {
    await empty(db)
    await file({ pin: OLD, address_since: '2020-01-01' })
  })

  const file = (cells: Parameters<typeof line>[0], replacePins = false) =>
    importLines(db, [line(cells)], { verifier, replacePins, copying })
  const place = { brand: 'open', customerNumber: ADA }
  const account = async () => ({ brand: 'open', customerNumber: ADA, ref: await refOf(db, ADA) })
  const choice = () => createPinChoice(db, brands, verifier, copying)
  const portal = { by: 'portal', actor: 'portal' } as const
  const now = () => new Date()

  const copyOf = async (): Promise<PinCopy | undefined> => {
    const rows = await db.selectFrom('pin_copy').select(['recipient', 'sealed']).execute()
    expect(rows.length).toBeLessThan(2)
    return rows[0]
  }
  /** What the copy beside the PIN in force says. */
  const shown = async (): Promise<string | null> => {
    const [copy, owner] = [await copyOf(), await account()]
    const stored = await readVerifier(db, { ...owner, credential: 'pin', sim: null })
    if (!copy || !stored) return null
    return (await opener.open({ ...owner, kind: 'pin', stored }, copy))?.reveal() ?? 'another'
  }
  async function issued(more: { again?: boolean; forgotten?: boolean }): Promise<{ id: string; pin: string }> {
    const letters: { id: string; pin: string }[] = []
    await issuePins(db, {
      brand: 'open',
      policy: { entry: credentials.pin.usualEntry, forbid: [] },
      countryCode: '49',
      wordIn: () => 'PIN',
      numbers: null,
      again: false,
      printer: 'age1',
      seal: async ({ id, pin }) => {
        letters.push({ id, pin: pin.reveal() })
        return 'sealed'
      },
      verifier,
      copying,
      hashesAtOnce: 2,
      now: now(),
      ...more,
    })
    const [letter] = letters
    if (letters.length !== 1 || !letter) throw new Error(`${letters.length} were issued.`)
    return letter
  }
  const byPhone = async (): Promise<string> => {
    await recordRight(db, await account())
    const because = { actor: 'caller', callId: 'CA1' }
    const when = { now: now(), by: { left: () => 1 } }
    expect(await choice().chooseByPhone(await account(), 'pin', new Secret(NEW), because, when)).toEqual({ set: true })
    return NEW
  }

  const ways: Record<string, () => Promise<string>> = {
    'a file': async () => OLD,
    'a file that replaces': async () => {
      await file({ pin: NEW }, true)
      return NEW
    },
    'one customer by the API': async () => {
      await empty(db)
      const put = createCustomerFile(db, brands, verifier, createHashingSlots(1), copying)
      const fields = { name: 'Ada', language: 'de', pin: NEW }
      expect(await put.put(place, fields, { actor: 'api', now: now() })).toMatchObject({ is: 'new' })
      return NEW
    },
    'a choice in the portal': async () => {
      await choice().choose(await account(), 'pin', new Secret(NEW), portal, now())
      return NEW
    },
    'a change by phone': byPhone,
    'an undo of it': async () => {
      await byPhone()
      const done = await choice().undo(await account(), 'pin', { actor: 'portal' }, now())
      return done && 'set' in done ? done.set.reveal() : 'none'
    },
    'a new one in the portal': async () => {
      const done = await choice().renew(await account(), 'pin', portal, now())
      return 'set' in done ? done.set.reveal() : 'none'
    },
    'an order': async () => {
      await empty(db)
      await file({})
      expect(await choice().order(await account(), 'pin', new Secret(NEW), { actor: 'shop' }, now())).toEqual({
        set: true,
      })
      return NEW
    },
    'a letter': async () => {
      await empty(db)
      await file({})
      return (await issued({})).pin
    },
    'a letter over another': async () => (await issued({ again: true })).pin,
    'the first use of a letter': async () => {
      expect(await createLetterOrders(db).order(place, { actor: 'cli', callId: '-' })).toBe('ordered')
      const { id, pin } = await issued({ forgotten: true })
      expect(await shown()).toBe(OLD)
      const attempts = createAttempts(db, undefined, copying)
      expect(await attempts.firstUse(await account(), 'pin', id, new Secret(pin))).not.toBeNull()
      return pin
    },
  }

  it.each(Object.entries(ways))('are there by way of %s, and say what is in force', async (_way, set) => {
    const pin = await set()
    expect(pin).toMatch(/^\d{4}$/)
    expect(await shown()).toBe(pin)
  })

  const ends: Record<string, () => Promise<unknown>> = {
    'cleared by the operator': () => createAccountBook(db).clearPins(place, { actor: 'cli', reason: 'test' }),
    'merged into another account': async () => {
      await file({ customer_number: '10000002' })
      const [stays, told] = [
        { ...place, customerNumber: '10000002' },
        { other_number: ADA, at: now().toISOString() },
      ]
      return createAccountChanges(db, brands).merge(stays, told, { actor: 'cli', reason: 'test' }, now())
    },
    'set by somebody without the public key': () =>
      importLines(db, [line({ pin: NEW })], { verifier, replacePins: true }),
    'gone with its row': () => db.deleteFrom('verifier').execute(),
    'set by a letter that came back': async () => undeliverable(db, (await issued({ again: true })).id),
  }

  it.each(Object.entries(ends))('are gone where the PIN is %s', async (_way, end) => {
    expect(await copyOf()).toBeDefined()
    await end()
    expect(await copyOf()).toBeUndefined()
  })

  it('stay where the same PIN goes under another key, and where a file leaves it as it is', async () => {
    await file({ pin: NEW, name: 'Ada Neu' })
    const later = createVerifier({ current: 'next', byId })
    expect(await nestAll(db, later, 'next')).toBeGreaterThan(0)
    expect(await shown()).toBe(OLD)
  })

  it('are kept of no PUK, of no brand that does not allow it, and never without their secret', async () => {
    const owner = await account()
    const stored = await verifier.make(new Secret(NEW), `open/${owner.ref}`, 'pin')
    expect(await copying({ ...owner, kind: 'puk', stored }, new Secret('12345678'))).toBeNull()
    expect(await copying({ ...owner, brand: 'other', kind: 'pin', stored }, new Secret(NEW))).toBeNull()
    const copy = await copying({ ...owner, kind: 'pin', stored }, new Secret(NEW))
    const row = { brand: owner.brand, ref: owner.ref, credential: 'pin', sim: null, stored, copy } as const
    await expect(saveVerifiers(db, [row], { replace: true })).rejects.toThrow('written with its secret')
    // What stays as it is keeps its own copy.
    await db.transaction().execute((trx) => saveVerifiers(trx, [row], { replace: false }))
    expect(await shown()).toBe(OLD)
  })

  it('open by their own key alone, beside their own PIN alone', async () => {
    const [copy, owner] = [await copyOf(), await account()]
    const stored = await readVerifier(db, { ...owner, credential: 'pin', sim: null })
    if (!copy || !stored) throw new Error('There is a copy.')
    const is = { ...owner, kind: 'pin', stored } as const
    const stranger = await copyKeys([await generateIdentity()])
    expect(await stranger.open(is, copy)).toBeNull()
    expect((await opener.open(is, copy))?.reveal()).toBe(OLD)
    for (const other of [
      { brand: 'other' },
      { customerNumber: '1' },
      { ref: 'x' },
      { kind: 'puk' },
      { stored: { salt: 'x' } },
    ] as const)
      expect(await opener.open({ ...is, ...other }, copy)).toBeNull()
    expect(await opener.open(is, { ...copy, sealed: `${copy.sealed.slice(0, -8)}AAAAAAA=` })).toBeNull()
    expect(copy.sealed).not.toContain(Buffer.from(OLD).toString('base64'))
  })

  it('are none, and break nothing, where anybody else has sealed something to the public key', async () => {
    const owner = await account()
    const stored = await readVerifier(db, { ...owner, credential: 'pin', sim: null })
    if (!stored) throw new Error('There is a PIN.')
    const [recipient = ''] = opener.recipients
    const encrypter = new Encrypter()
    encrypter.addRecipient(recipient)
    for (const content of ['4826 is no JSON', '{}', JSON.stringify({ brand: 'open', secret: '4826' }), 'null']) {
      const sealed = Buffer.from(await encrypter.encrypt(content)).toString('base64')
      expect(await opener.open({ ...owner, kind: 'pin', stored }, { recipient, sealed })).toBeNull()
    }
  })

  it('are as large whatever length the PIN has, and open to it', async () => {
    const of = { ...(await account()), kind: 'pin', stored: { salt: 'salt' } } as const
    const copies = await Promise.all(['4826', '482639', '48263915'].map((pin) => copying(of, new Secret(pin))))
    expect(new Set(copies.map((copy) => copy?.sealed.length)).size).toBe(1)
    const opened = await Promise.all(copies.map((copy) => copy && opener.open(of, copy)))
    expect(opened.map((pin) => pin?.reveal())).toEqual(['4826', '482639', '48263915'])
  })

  it('need a public key where a brand allows look-up, and one that is a key', async () => {
    expect(() => copiesTo(null, new Set(['open']))).toThrow('LOOKUP_RECIPIENT must be set')
    expect(() => copiesTo(`age1${'q'.repeat(58)}`, new Set(['open']))).toThrow('no public key')
    await expect(copyKeys(['AGE-SECRET-KEY-1'])).rejects.toThrow('no private key')
    expect(
      await copiesTo(null, new Set())({ ...(await account()), kind: 'pin', stored: { salt: '' } }, new Secret(NEW)),
    ).toBeNull()
  })
})
