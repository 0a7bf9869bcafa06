/**
 * The portal of a try-out, in the place of the operator's own: it logs customers of the demo in, and asks the portal API for them by
 * tokens as `docs/portal.md` describes them. Its page is `src/portal/page`.
 *
 * Nobody proves anything to log in, so it is there in a try-out with the demo alone, and never beside a portal of the operator's: the API
 * trusts one portal, and that one is then theirs.
 */
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Config, PortalSettings } from '../config/config.ts'
import { isTryout, type ServerPlace } from '../config/tryout.ts'
import type { Hotlines } from '../hotlines/hotlines.ts'
import type { Clock } from '../seams/clock.ts'
import type { Demo } from './open-demo.ts'

const ISSUER = 'rufpass-demo-portal'
const AUDIENCE = 'rufpass-portal'
const ALGORITHM = 'ES256'
/** A token is asked for and used at once. */
const TOKEN_SECONDS = 60
/** 256 bits. */
const SESSION_BYTES = 32
/** 128 bits, as `docs/portal.md#a-token` asks. */
const JTI_BYTES = 16
/** So many customers are logged in at once; the first of them is then logged out. */
const MOST_SESSIONS = 100

export interface DemoPlace {
  brand: string
  customerNumber: string
}

export interface DemoPortal {
  /** With which the API trusts it: a key pair of this start, whose private half nobody but this portal has. */
  settings: PortalSettings
  /** A new session of that customer; null: the brand has no portal. */
  logIn(place: DemoPlace): string | null
  logOut(session: string): void
  /** A token for one request; null: there is no such session. */
  token(session: string): Promise<string | null>
}

interface Session extends DemoPlace {
  acr: string
  loggedInAt: Date
}

type Settings = ServerPlace & Pick<Config, 'portal'>

/** Null wherever it must not be: see above. */
export async function openDemoPortal(
  config: Settings,
  demo: Demo | null,
  { hotlines, clock }: { hotlines: Pick<Hotlines, 'byBrand'>; clock: Pick<Clock, 'now'> },
): Promise<DemoPortal | null> {
  if (!isTryout(config) || demo === null || config.portal !== null) return null
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM)
  const key = { ...(await exportJWK(publicKey)), kty: 'EC' as const, alg: ALGORITHM }
  const sessions = new Map<string, Session>()
  return {
    settings: { keys: { set: { keys: [key] } }, issuer: ISSUER, audience: AUDIENCE },
    logIn({ brand, customerNumber }) {
      const acr = hotlines.byBrand.get(brand)?.brand.portal?.acr[0]
      if (acr === undefined) return null
      const [first] = sessions.keys()
      if (sessions.size >= MOST_SESSIONS && first !== undefined) sessions.delete(first)
      const session = randomBytes(SESSION_BYTES).toString('base64url')
      sessions.set(session, { brand, customerNumber, acr, loggedInAt: clock.now() })
      return session
    },
    logOut: (session) => void sessions.delete(session),
    async token(session) {
      const known = sessions.get(session)
      if (known === undefined) return null
      const seconds = (moment: Date): number => Math.floor(moment.getTime() / 1000)
      const { brand, customerNumber, acr, loggedInAt } = known
      return new SignJWT({ brand, auth_time: seconds(loggedInAt), acr })
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(customerNumber)
        .setJti(randomBytes(JTI_BYTES).toString('base64url'))
        .setExpirationTime(seconds(clock.now()) + TOKEN_SECONDS)
        .sign(privateKey)
    },
  }
}
