import type { MailServerSeen } from '../../mail/smtp.ts'
import type { Channel } from '../../seams/outbox.ts'
import { type Unfit, unfitWays } from '../../tell/ways-out.ts'
import { defineCheck } from './check.ts'

interface Seen {
  /** Null: none is set. */
  server: { host: string; port: number; seen: MailServerSeen } | null
  /** What brands promise their customers and cannot be kept with these settings. */
  unfit: readonly Unfit[]
}

export const mail = defineCheck({
  name: 'mail',
  needs: ['SMTP_URL', 'PORTAL_JWKS', 'TWILIO_ACCOUNT_SID'],
  ofVoice: true,
  remedies: {
    none: { weight: 'note', remedy: null },
    refuses_login: {
      weight: 'fault',
      remedy: 'Correct user and password in SMTP_URL, with what is no letter or digit in percent form (@ is %40).',
    },
    failed: {
      weight: 'fault',
      remedy:
        'Correct host and port in SMTP_URL, and see what answers there: openssl s_client -starttls smtp -connect HOST:PORT (smtps: without -starttls smtp). It must offer TLS with a certificate for that host.',
    },
    untold: {
      weight: 'warning',
      remedy: 'Set what is missing, or correct `messages` in those brand files; then npx rufpass flows check.',
    },
  },
  look: async ({ config, hotlines, isTryout }): Promise<Seen> => {
    const { mailServer, portal, keys } = config
    const brands = [...((await hotlines())?.byBrand.values() ?? [])].map(({ brand }) => brand)
    const there = new Set<Channel>()
    // A try-out shows on its pages what it has no way out for.
    if (mailServer !== null || isTryout) there.add('email')
    if (keys.twilioAccountSid !== null || isTryout) there.add('sms')
    const unfit = unfitWays(brands, there, { isPortalOpen: portal !== null })
    return {
      server: mailServer && {
        host: mailServer.host,
        port: mailServer.port,
        seen: await (await import('../../mail/smtp.ts')).lookAtMailServer(mailServer),
      },
      // That no brand uses the tray of a try-out is nobody's fault.
      unfit: unfit.filter(({ reason }) => reason !== 'no_brand' || mailServer !== null),
    }
  },
  judge({ server, unfit }) {
    return [...judgedOf(server), ...unfit.map((each) => ({ code: 'untold' as const, says: spoken(each) }))]
  },
})

function judgedOf(server: Seen['server']) {
  if (server === null) return [{ code: 'none' as const, says: 'SMTP_URL is not set: no e-mail leaves here.' }]
  const { host, port, seen } = server
  const there = `${host}:${port}`
  switch (seen.kind) {
    case 'takes_us':
      return [{ good: `The mail server ${there} takes e-mail from here.` }]
    case 'refuses_login':
      return [{ code: 'refuses_login' as const, says: `The mail server ${there} refuses the user or the password.` }]
    case 'failed':
      return [{ code: 'failed' as const, says: `The mail server ${there} cannot be used (${seen.code}).` }]
  }
}

/** Said to stand alone. */
function spoken({ brands, sentence }: Unfit): string {
  const told = `${sentence.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`
  return brands.length === 0 ? told : `${brands.join(', ')}: ${sentence}.`
}
