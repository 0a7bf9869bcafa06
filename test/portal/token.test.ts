/** Tokens of the operator's portal: each claim and the signature by itself is what lets a customer in (threat 32). */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { checkPortalToken, type PortalTrust } from '../../src/portal/token.ts'

const NOW = new Date('2026-11-30T10:00:00Z')
const SECONDS = NOW.getTime() / 1000
const RIGHT = {
  iss: 'https://portal.example',
  aud: 'rufpass-portal',
  brand: 'rheinnetz',
  sub: '10012345',
  auth_time: SECONDS - 60,
  acr: 'mfa',
  jti: 'one-token-of-the-portal',
  exp: SECONDS + 120,
}

let ours: CryptoKey
let others: CryptoKey
let trust: PortalTrust
let publicKey: string
beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true })
  ours = pair.privateKey
  others = (await generateKeyPair('ES256')).privateKey
  const jwk = await exportJWK(pair.publicKey)
  publicKey = JSON.stringify(jwk)
  trust = {
    keys: createLocalJWKSet({ keys: [{ ...jwk, kid: 'portal', alg: 'ES256' }] }),
    issuer: RIGHT.iss,
    audience: RIGHT.aud,
    strengths: new Map([['rheinnetz', ['mfa']]]),
  }
})

type Claims = Record<string, unknown>
const signed = (claims: Claims, key = ours, kid = 'portal') =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(key)
const withClaims = async (changed: Claims) => checkPortalToken(await signed({ ...RIGHT, ...changed }), trust, NOW)

describe('a token of the portal', () => {
  it('speaks for the customer that it names, until its log-in is too old', async () => {
    expect(await withClaims({})).toEqual({
      customer: {
        brand: 'rheinnetz',
        customerNumber: '10012345',
        acr: 'mfa',
        jti: RIGHT.jti,
        until: new Date((SECONDS + 130) * 1000),
      },
    })
    expect(await withClaims({ exp: SECONDS + 86_400 })).toMatchObject({
      customer: { until: new Date((SECONDS - 60 + 310) * 1000) },
    })
  })

  it.each<[string, Claims]>([
    ['another issuer', { iss: 'https://other.example' }],
    ['another audience', { aud: 'shop' }],
    ['a brand without a portal', { brand: 'nordfunk' }],
    ['no brand', { brand: undefined }],
    ['no customer number', { sub: 'hanna@example.org' }],
    ['no end', { exp: undefined }],
    ['an end that has passed', { exp: SECONDS - 11 }],
    ['no log-in', { auth_time: undefined }],
    ['a log-in that is still to come', { auth_time: SECONDS + 11 }],
    ['no strength', { acr: undefined }],
    ['no name of its own', { jti: undefined }],
    ['a name that could come twice', { jti: '1' }],
  ])('is invalid with %s', async (_what, changed) => {
    expect(await withClaims(changed)).toEqual({ refused: 'invalid' })
  })

  it('is stale when its log-in is more than five minutes old, however new it is', async () => {
    expect(await withClaims({ auth_time: SECONDS - 310 })).toHaveProperty('customer')
    expect(await withClaims({ auth_time: SECONDS - 311 })).toEqual({ refused: 'stale' })
  })

  it('is weak where the brand asks for a stronger log-in', async () => {
    expect(await withClaims({ acr: 'password' })).toEqual({ refused: 'weak' })
  })

  it('is invalid under another key, under none, and under the public key taken for a secret', async () => {
    const none = new UnsecuredJWT(RIGHT).encode()
    const confused = await new SignJWT(RIGHT)
      .setProtectedHeader({ alg: 'HS256', kid: 'portal' })
      .sign(new TextEncoder().encode(publicKey))
    const forged = [await signed(RIGHT, others), await signed(RIGHT, ours, 'unknown'), none, confused, 'no.token', '']
    for (const token of forged) expect(await checkPortalToken(token, trust, NOW)).toEqual({ refused: 'invalid' })
    // Also where a set of keys would hand that secret out.
    const keys = () => new TextEncoder().encode(publicKey)
    expect(await checkPortalToken(confused, { ...trust, keys }, NOW)).toEqual({ refused: 'invalid' })
  })

  it('lets nobody in while the keys cannot be had', async () => {
    const keys = () => Promise.reject(new TypeError('fetch failed'))
    await expect(checkPortalToken(await signed(RIGHT), { ...trust, keys }, NOW)).rejects.toThrow('fetch failed')
  })
})
