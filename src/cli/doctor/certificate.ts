import { defineCheck } from './check.ts'
import type { CertificateSeen } from './visit.ts'

interface Seen {
  isEncrypted: boolean
  certificate: CertificateSeen | null
  now: Date
}

const DAY_MS = 86_400_000
/** What renews by itself does it sooner: Let's Encrypt's clients when a third of 90 days is left. https://letsencrypt.org/docs/integration-guide/ */
const SOON_DAYS = 14

const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID'

export const certificate = defineCheck({
  name: 'certificate',
  needs: ['PUBLIC_BASE_URL', 'HOST', 'NODE_ENV'],
  remedies: {
    none: { weight: 'note', remedy: null },
    not_seen: { weight: 'note', remedy: null },
    expired: {
      weight: 'fault',
      remedy:
        'Renew it and let the proxy read it again, as by certbot renew and systemctl reload nginx. Until then Twilio sends no webhook, and every call fails.',
    },
    soon: {
      weight: 'warning',
      remedy: 'Renew it, and see why it was not renewed by itself (systemctl list-timers, certbot certificates).',
    },
    other_name: { weight: 'fault', remedy: 'Get one for the host of PUBLIC_BASE_URL: Twilio takes no other.' },
    not_believed: {
      weight: 'fault',
      remedy:
        'Get one from a public authority, and let the proxy send the certificates between, too (fullchain.pem): Twilio believes no other.',
    },
  },
  look: async ({ config, visit, now }): Promise<Seen> => ({
    isEncrypted: config.publicBaseUrl.startsWith('https:'),
    certificate: (await visit())?.certificate ?? null,
    now: now(),
  }),
  judge({ isEncrypted, certificate, now }) {
    if (!isEncrypted) return [{ code: 'none', says: 'There is none: PUBLIC_BASE_URL is http.' }]
    if (certificate === null) return [{ code: 'not_seen', says: 'Not looked at: there was no answer.' }]
    const { validTo, refusedFor } = certificate
    const days = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS)
    const until = validTo.toISOString().slice(0, 10)
    if (days < 0 || refusedFor === 'CERT_HAS_EXPIRED')
      return [{ code: 'expired', says: `It was valid until ${until}.` }]
    if (refusedFor === OTHER_NAME) return [{ code: 'other_name', says: 'It is for another host.' }]
    if (refusedFor !== null) return [{ code: 'not_believed', says: `It is not believed here (${refusedFor}).` }]
    const left = `${days === 1 ? '1 day' : `${days} days`} left, until ${until}.`
    return days < SOON_DAYS ? [{ code: 'soon', says: left }] : [{ good: left }]
  },
})
