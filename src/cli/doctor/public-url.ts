import { defineCheck } from './check.ts'
import type { Visited } from './visit.ts'

interface Seen {
  url: string
  /** Null: nobody but this machine is to reach it. */
  visited: Visited | null
  isTryout: boolean
}

/** What proxies say where nobody is behind them. */
const NOBODY_BEHIND = [502, 503, 504]
/** No address of that name, or nobody who knows of any. */
const NO_NAME = ['ENOTFOUND', 'EAI_AGAIN']

export const publicUrl = defineCheck({
  name: 'url',
  needs: ['PUBLIC_BASE_URL', 'HOST', 'NODE_ENV'],
  remedies: {
    own: { weight: 'note', remedy: null },
    plain: {
      weight: 'warning',
      remedy:
        'Put a proxy with TLS in front, and set PUBLIC_BASE_URL to its https://…: what callers key is sent there.',
    },
    no_name: {
      weight: 'fault',
      remedy: 'Correct PUBLIC_BASE_URL, or enter the name in the DNS. Try it: getent hosts NAME.',
    },
    no_answer: {
      weight: 'fault',
      remedy:
        'Start server and proxy, and let the port through the firewall. Then curl -sS PUBLIC_BASE_URL/health/live says {"live":true}; ask from outside where your network does not lead its own public address back in.',
    },
    not_up: {
      weight: 'fault',
      remedy:
        'Start the server; curl -sS http://localhost:PORT/health/live on its machine says {"live":true}. Then let the proxy lead there.',
    },
    redirects: {
      weight: 'fault',
      remedy:
        'Set PUBLIC_BASE_URL to where it leads: a webhook that is sent on is a GET, and signed for another address.',
    },
    other: {
      weight: 'fault',
      remedy: 'Let the proxy pass everything below PUBLIC_BASE_URL on to Rufpass, without the path of it.',
    },
  },
  look: async ({ config, visit, isTryout }): Promise<Seen> => ({
    url: config.publicBaseUrl,
    visited: await visit(),
    isTryout,
  }),
  judge({ url, visited, isTryout }: Seen) {
    if (visited === null)
      return [{ code: 'own', says: `${url} leads to this machine alone: a try-out, which Twilio cannot reach.` }]
    const plain =
      url.startsWith('http:') && !isTryout ? [{ code: 'plain' as const, says: `${url} is not encrypted.` }] : []
    if (visited.kind === 'failed') {
      if (NO_NAME.includes(visited.code))
        return [{ code: 'no_name', says: `The host of ${url} has no address (${visited.code}).` }]
      return [...plain, { code: 'no_answer', says: `Nobody answers at ${url} (${visited.code}).` }]
    }
    const { status, isOurs } = visited
    if (isOurs) return [{ good: `Rufpass answers at ${url}.` }, ...plain]
    if (NOBODY_BEHIND.includes(status))
      return [...plain, { code: 'not_up', says: `A proxy answers at ${url}, and Rufpass does not (${status}).` }]
    if (status >= 300 && status < 400)
      return [...plain, { code: 'redirects', says: `${url} sends on to another address (${status}).` }]
    return [...plain, { code: 'other', says: `What answers at ${url}/health/live is not Rufpass (${status}).` }]
  },
})
