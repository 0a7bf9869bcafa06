/**
 * Who a token of the operator's portal speaks for (threat 32): signed by the portal, for us, from a log-in of just now that was strong
 * enough. Imports jose and zod. Nothing of a token is quoted in an answer or an error.
 */
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'

/** Signatures alone, by key pairs: with `none` or a shared secret (HS…), a server that checks tokens could make them, too. */
const ALGORITHMS = ['EdDSA', 'ES256', 'ES384', 'PS256', 'RS256']
/** How old a log-in may be. */
export const FRESH_SECONDS = 5 * 60
/** By how much the clocks of two servers may differ. */
export const SKEW_SECONDS = 10

const claims = z.object({
  brand: z.string().min(1).max(64),
  sub: z.string().regex(/^[0-9]{1,32}$/),
  auth_time: z.int().min(0),
  acr: z.string().min(1).max(200),
  jti: z.string().min(16).max(128),
})

export interface PortalTrust {
  /** The portal's public keys, as `createLocalJWKSet` and `createRemoteJWKSet` of jose give them. */
  keys: JWTVerifyGetKey
  issuer: string
  audience: string
  /** By brand, what `acr` says of a log-in that is strong enough. A brand that is not in it has no portal. */
  strengths: ReadonlyMap<string, readonly string[]>
}

export interface PortalCustomer {
  brand: string
  customerNumber: string
  acr: string
  /** Of this token alone. */
  jti: string
  /** From when on the token is refused in any case. */
  until: Date
}

/** `stale`: log in again; `weak`: log in with more. */
export type PortalToken = { customer: PortalCustomer } | { refused: 'invalid' | 'stale' | 'weak' }

/** What jose throws of a token. All else it throws is of the keys, which could not be had. */
const FAULTS_OF_TOKENS = [
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
]

/** Rejects with what jose throws where the portal's keys cannot be had: then nobody is let in. */
export async function checkPortalToken(token: string, trust: PortalTrust, now: Date): Promise<PortalToken> {
  const { keys, issuer, audience, strengths } = trust
  let payload: unknown
  let expires: number
  try {
    const checked = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer,
      audience,
      requiredClaims: ['exp'],
      clockTolerance: SKEW_SECONDS,
      currentDate: now,
    })
    payload = checked.payload
    expires = checked.payload.exp as number
  } catch (error) {
    if (FAULTS_OF_TOKENS.some((fault) => error instanceof fault)) return { refused: 'invalid' }
    throw error
  }
  const read = claims.safeParse(payload)
  if (!read.success) return { refused: 'invalid' }
  const { brand, sub, auth_time: loggedIn, acr, jti } = read.data
  const strong = strengths.get(brand)
  const nowSeconds = now.getTime() / 1000
  if (strong === undefined || loggedIn > nowSeconds + SKEW_SECONDS) return { refused: 'invalid' }
  if (nowSeconds - loggedIn > FRESH_SECONDS + SKEW_SECONDS) return { refused: 'stale' }
  if (!strong.includes(acr)) return { refused: 'weak' }
  const until = new Date((Math.min(expires, loggedIn + FRESH_SECONDS) + SKEW_SECONDS) * 1000)
  return { customer: { brand, customerNumber: sub, acr, jti, until } }
}
