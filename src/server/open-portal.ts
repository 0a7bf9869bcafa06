import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet } from 'jose'
import type { Config } from '../config/config.ts'
import type { Hotlines } from '../hotlines/hotlines.ts'
import type { PortalTrust } from '../portal/token.ts'

/** So long a customer waits for keys that are fetched, and so long they are not fetched again for a key that is not among them, ms. */
const FETCH_MS = 3_000
const COOLDOWN_MS = 30_000
/** By then a key that the portal has taken back is worth nothing here, ms. */
const KEPT_MS = 600_000

/** Whose tokens open the portal API; null: nobody's, and there is none. */
export function portalTrust(
  { portal }: Pick<Config, 'portal'>,
  hotlines: Pick<Hotlines, 'byBrand'>,
): PortalTrust | null {
  if (portal === null) return null
  const { keys, issuer, audience } = portal
  const strengths = [...hotlines.byBrand].flatMap(([name, { brand }]) =>
    brand.portal === undefined ? [] : [[name, [...brand.portal.acr, ...(brand.portal.look_up ?? [])]] as const],
  )
  return {
    keys:
      'url' in keys
        ? createRemoteJWKSet(keys.url, {
            timeoutDuration: FETCH_MS,
            cooldownDuration: COOLDOWN_MS,
            cacheMaxAge: KEPT_MS,
          })
        : createLocalJWKSet(keys.set as JSONWebKeySet),
    issuer,
    audience,
    strengths: new Map(strengths),
  }
}
