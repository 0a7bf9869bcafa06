/** What becomes of text messages, as Twilio tells it by signed webhooks over real HTTP, in whatever order they come. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { createAccountAudit } from '../../src/store/account-audit.ts'
import { tellCustomer } from '../../src/store/outbox.ts'
import { createTelling } from '../../src/tell/telling.ts'
import { createSmsSender } from '../../src/twilio/sms.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { people } from '../support/people.ts'
import { ACCOUNT_SID, AUTH_TOKEN, PUBLIC_BASE_URL, signForm } from '../support/signing.ts'

const BRAND = 'rheinnetz'
const NUMBER = people.rheinnetz?.first.number ?? ''
const PHONE = '+491713920011'
const SID = `SM${'1'.repeat(32)}`

let app: TestApp
let twilio: Server
let tell: () => Promise<number>
/** What Twilio tells of the next message before it answers the request that sends it, as it may. */
let atOnce: (callback: string) => Promise<void> = async () => {}
let asked: Record<string, string>[] = []

beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
  twilio = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const form = Object.fromEntries(new URLSearchParams(body))
    asked.push(form)
    await atOnce(form.StatusCallback ?? '')
    response.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify({ sid: SID }))
  })
  await new Promise<void>((resolve) => twilio.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${(twilio.address() as AddressInfo).port}`
  const sms = createSmsSender({
    publicBaseUrl: PUBLIC_BASE_URL,
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    apiUrl,
  })
  const { hotlines, outbox } = app.deps
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  tell = createTelling({ hotlines, outbox, senders: { email: null, sms }, log })
})
afterAll(async () => {
  await new Promise((resolve) => twilio.close(resolve))
  await app.close()
})
beforeEach(async () => {
  asked = []
  atOnce = async () => {}
  const { db } = app.deps.database
  await db.deleteFrom('message').execute()
  await sql`DELETE FROM contact WHERE ref = (SELECT ref FROM account WHERE customer_number = ${NUMBER} AND brand = ${BRAND})`.execute(
    db,
  )
  await sql`INSERT INTO contact (brand, ref, kind, value, confirmed)
    SELECT brand, ref, 'mobile', ${PHONE}, now() - interval '90 days' FROM account
    WHERE customer_number = ${NUMBER} AND brand = ${BRAND}`.execute(db)
})

/** A message to the customer, sent: its callback, as a path of ours. */
async function sent(): Promise<string> {
  const { db } = app.deps.database
  const { ref } = await db
    .selectFrom('account')
    .select('ref')
    .where('customer_number', '=', NUMBER)
    .where('brand', '=', BRAND)
    .executeTakeFirstOrThrow()
  await tellCustomer(db, 'soft_lock', { brand: BRAND, ref })
  await tell()
  return pathOf(asked.at(-1)?.StatusCallback ?? '')
}
const pathOf = (callback: string): string => callback.replace(PUBLIC_BASE_URL, '')

const told = (status: string, errorCode?: number) => ({
  AccountSid: ACCOUNT_SID,
  ApiVersion: '2010-04-01',
  ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
  From: 'Rheinnetz',
  MessageSid: SID,
  MessageStatus: status,
  SmsSid: SID,
  SmsStatus: status,
  To: PHONE,
})
const state = async () => {
  const { db } = app.deps.database
  const [message] = await db.selectFrom('message').select(['state', 'delivery', 'delivery_error', 'tries']).execute()
  return message
}
const isUnreachable = async () =>
  (await app.deps.database.db.selectFrom('contact').select('unreachable').where('value', '=', PHONE).execute())[0]
    ?.unreachable !== null
const warned = () => app.logged().match(/a text message to a customer did not arrive/g)?.length ?? 0

describe('what becomes of a text message', () => {
  it('is asked for with each, and kept as it comes', async () => {
    const path = await sent()
    expect(path).toMatch(/^\/voice\/message\/[0-9]+$/)
    for (const status of ['queued', 'sending', 'sent', 'delivered']) {
      expect((await app.post(path, told(status))).status).toBe(204)
    }
    expect(await state()).toEqual({ state: 'sent', delivery: 'delivered', delivery_error: null, tries: 1 })
  })

  it('goes on only: what comes late or twice changes nothing', async () => {
    const path = await sent()
    const before = warned()
    for (const [status, code] of [
      ['sent', undefined],
      ['undelivered', 30003],
      ['undelivered', 30003],
      ['queued', undefined],
      ['sent', undefined],
      ['delivered', undefined],
    ] as const)
      await app.post(path, told(status, code))
    expect(await state()).toMatchObject({ delivery: 'undelivered', delivery_error: 30003, tries: 1 })
    expect(warned() - before).toBe(1)
    expect(app.logged()).not.toContain(PHONE)
  })

  it('is sent again by nobody', async () => {
    await app.post(await sent(), told('failed', 30008))
    expect(await tell()).toBe(0)
    expect(asked).toHaveLength(1)
  })
})

describe('a number that can never be reached', () => {
  const audit = async () => {
    const found = await createAccountAudit(app.deps.database.db).find(new Date(), 5)
    return found.find(({ kind }) => kind === 'unreachable')
  }

  it('gets nothing more until it is confirmed again, stays, and is in the audit', async () => {
    const path = await sent()
    expect(await isUnreachable()).toBe(false)
    await app.post(path, told('undelivered', 30005))
    expect(await isUnreachable()).toBe(true)
    expect(await audit()).toMatchObject({ count: 1, rows: [{ brand: BRAND, customerNumber: NUMBER, what: 'mobile' }] })
    const { db } = app.deps.database
    await db.deleteFrom('message').execute()
    await sent()
    expect(await state()).toMatchObject({ state: 'dropped' })
    await sql`UPDATE contact SET confirmed = now() WHERE value = ${PHONE}`.execute(db)
    await db.deleteFrom('message').execute()
    await sent()
    expect(await state()).toMatchObject({ state: 'sent' })
    expect(await audit()).toMatchObject({ count: 0 })
  })

  it('is one also where that is told before the message is written down as sent', async () => {
    atOnce = async (callback) => void (await app.post(pathOf(callback), told('failed', 30006)))
    await sent()
    expect(await state()).toMatchObject({ state: 'sent', delivery: 'failed' })
    expect(await isUnreachable()).toBe(true)
  })

  it.each([30003, 30007, 30008])('is none by %i, which may be another the next time', async (code) => {
    await app.post(await sent(), told('undelivered', code))
    expect(await isUnreachable()).toBe(false)
  })
})

describe('the door', () => {
  const post = async (path: string, fields: Record<string, string>, token: string) => {
    const { headers, body } = signForm(PUBLIC_BASE_URL + path, fields, token)
    return (await fetch(`http://127.0.0.1:${app.port}${path}`, { method: 'POST', headers, body })).status
  }

  it('believes nobody without the signature, nor one of another message', async () => {
    const path = await sent()
    expect(await post(path, told('failed', 30005), 'another token')).toBe(403)
    const { headers, body } = signForm(`${PUBLIC_BASE_URL}/voice/message/1`, told('failed', 30005), AUTH_TOKEN)
    const moved = await fetch(`http://127.0.0.1:${app.port}${path}`, { method: 'POST', headers, body })
    expect(moved.status).toBe(403)
    expect([(await state())?.delivery, await isUnreachable()]).toEqual([null, false])
  })

  it('takes what it cannot read without an error, for nobody would tell it better', async () => {
    const path = await sent()
    for (const [at, fields] of [
      ['/voice/message/999999999', told('delivered')],
      ['/voice/message/x', told('delivered')],
      [path, told('lost')],
    ] as const)
      expect((await app.post(at, fields)).status).toBe(204)
    expect((await state())?.delivery).toBeNull()
  })
})
