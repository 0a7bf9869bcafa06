/** The portal's keys at an address of its own: when a new one is taken, and when one that was taken back is worth nothing. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { checkPortalToken, type PortalTrust } from '../../src/portal/token.ts'
import { portalTrust } from '../../src/server/open-portal.ts'
import { shippedHotlines } from '../flow/shipped.ts'

const ISSUER = 'https://portal.example'
const AUDIENCE = 'rufpass-portal'

const realNow = Date.now

let server: Server
let published: JWK[]
let fetched: number
let isDown: boolean
let trust: PortalTrust
/** How far the clock of the cache is ahead, ms. */
let ahead: number
beforeEach(async () => {
  published = []
  fetched = 0
  isDown = false
  ahead = 0
  // The cache goes by the clock of the process.
  Date.now = () => realNow() + ahead
  server = createServer((_request, response) => {
    fetched++
    if (isDown) response.statusCode = 500
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: published }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`)
  const made = portalTrust({ portal: { keys: { url }, issuer: ISSUER, audience: AUDIENCE } }, shippedHotlines)
  if (made === null) throw new Error('The portal is set.')
  trust = made
})
afterEach(async () => {
  Date.now = realNow
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** A key of the portal, and how its tokens are answered. */
async function key(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }
  const answer = async (): Promise<string> => {
    const now = new Date(Date.now())
    const seconds = Math.floor(now.getTime() / 1000)
    const token = await new SignJWT({
      brand: 'rheinnetz',
      acr: 'mfa',
      auth_time: seconds,
      jti: `${kid}-of-16-characters`,
    })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject('407182632')
      .setExpirationTime(seconds + 60)
      .sign(privateKey)
    const read = await checkPortalToken(token, trust, now)
    return 'customer' in read ? 'let in' : read.refused
  }
  return { jwk, answer }
}

it('a new key is fetched for when the cool-down is over, and what is forged in between costs the portal nothing', async () => {
  const [first, second] = [await key('first'), await key('second')]
  published = [first.jwk]
  expect([await first.answer(), fetched]).toEqual(['let in', 1])
  published = [first.jwk, second.jwk]
  for (let n = 1; n <= 5; n++) expect([await second.answer(), fetched]).toEqual(['invalid', 1])
  ahead = 31_000
  expect([await second.answer(), fetched]).toEqual(['let in', 2])
  expect([await first.answer(), fetched]).toEqual(['let in', 2])
})

it('a key that the portal has taken back is worth nothing after ten minutes', async () => {
  const [first, second] = [await key('first'), await key('second')]
  published = [first.jwk]
  expect(await first.answer()).toBe('let in')
  published = [second.jwk]
  ahead = 599_000
  expect([await first.answer(), fetched]).toEqual(['let in', 1])
  ahead = 601_000
  expect([await first.answer(), fetched]).toEqual(['invalid', 2])
  expect([await second.answer(), fetched]).toEqual(['let in', 2])
})

it('keys that cannot be had let nobody in, and are asked for again', async () => {
  const first = await key('first')
  published = [first.jwk]
  isDown = true
  await expect(first.answer()).rejects.toThrow()
  isDown = false
  ahead = 31_000
  expect(await first.answer()).toBe('let in')
})
