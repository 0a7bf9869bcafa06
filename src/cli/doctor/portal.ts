import { keysIn } from '../../config/portal-keys.ts'
import { counted } from '../counted.ts'
import { beginningOf } from './beginning-of.ts'
import { defineCheck } from './check.ts'
import { failureOf } from './running.ts'

/** `keys`: how many; null: what is there is no set of public keys. */
type Seen = { url: string | null; keys: number | null } | { url: string; failed: string } | null

/** As long as a customer waits for them (`src/server/open-portal.ts`), ms. */
const PATIENCE_MS = 3_000

export const portal = defineCheck({
  name: 'portal',
  needs: ['PORTAL_JWKS', 'PORTAL_ISSUER', 'PORTAL_AUDIENCE'],
  remedies: {
    none: { weight: 'note', remedy: null },
    failed: {
      weight: 'fault',
      remedy:
        'Correct PORTAL_JWKS, or let this machine fetch it: curl -sS ADDRESS. Until then customers are refused at the portal.',
    },
    not_keys: {
      weight: 'fault',
      remedy:
        'Let your portal publish a JSON Web Key Set there, {"keys":[…]}, of public keys (EC, OKP or RSA) and no others: a private one must be made new at once.',
    },
  },
  look: async ({ config }): Promise<Seen> => {
    if (config.portal === null) return null
    const { keys } = config.portal
    if ('set' in keys) return { url: null, keys: keys.set.keys.length }
    // What stands behind it may let its holder in.
    const url = keys.url.origin + keys.url.pathname
    try {
      // As it is fetched for customers, who are not sent on either.
      const answer = await fetch(keys.url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
      if (answer.status !== 200) return { url, failed: `HTTP ${answer.status}` }
      return { url, keys: keysIn(await beginningOf(answer.body ?? [])) }
    } catch (error) {
      return { url, failed: failureOf(error) }
    }
  },
  judge(seen) {
    if (seen === null) return [{ code: 'none', says: 'PORTAL_JWKS is not set: no portal of yours is let in.' }]
    if ('failed' in seen)
      return [{ code: 'failed', says: `The keys of your portal cannot be had from ${seen.url} (${seen.failed}).` }]
    if (seen.keys === null) return [{ code: 'not_keys', says: `What is at ${seen.url} is no set of public keys.` }]
    return [
      { good: `${counted(seen.keys, 'key')} of your portal, ${seen.url === null ? 'as set' : `from ${seen.url}`}.` },
    ]
  },
})
