import type { NumberSeen, NumberWebhook } from '../../twilio/look-at-account.ts'
import { defineCheck, type Judged } from './check.ts'
import type { Patient } from './patient.ts'

interface Seen {
  /** Of the account; null: it could not be asked. */
  numbers: readonly NumberSeen[] | null
  /** The brand of each number that is called, E.164. */
  brands: ReadonlyMap<string, string>
  /** PUBLIC_BASE_URL. */
  base: string
}

type Code = keyof typeof remedies

const remedies = {
  not_asked: { weight: 'note', remedy: null },
  missing: {
    weight: 'warning',
    remedy:
      'Buy it or bring it there, or correct `numbers` of the brand. Calls that come by a SIP domain need no number at Twilio.',
  },
  trunk: {
    weight: 'fault',
    remedy:
      'Twilio console, Elastic SIP Trunking, Trunks, Numbers: take it off the trunk, whose calls ask for no webhook.',
  },
  application: {
    weight: 'warning',
    remedy:
      'See in the Twilio console (Voice, TwiML apps) that its request URL is PUBLIC_BASE_URL/voice/incoming by POST, or take the number off it.',
  },
  fax: { weight: 'fault', remedy: 'Twilio console, Phone Numbers, the number: set it to receive voice calls.' },
  voice: {
    weight: 'fault',
    remedy:
      'Twilio console, Phone Numbers, Active numbers, the number: set “A call comes in” to PUBLIC_BASE_URL/voice/incoming, HTTP POST.',
  },
  no_fallback: {
    weight: 'warning',
    remedy:
      'Set “Primary handler fails” to where `npx rufpass twilio fallback` is hosted, or to PUBLIC_BASE_URL/voice/fallback, HTTP POST.',
  },
  fallback_get: { weight: 'warning', remedy: 'Set it to HTTP POST: with GET what was keyed stands in an access log.' },
  status: {
    weight: 'warning',
    remedy:
      'Set “Call status changes” to PUBLIC_BASE_URL/voice/status, HTTP POST: who hangs up is noticed late without it.',
  },
  nobody: { weight: 'warning', remedy: 'Add it to `numbers` of a brand, or lead its calls elsewhere.' },
} as const

export const numbers = defineCheck({
  name: 'numbers',
  needs: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TELEPHONY', 'PUBLIC_BASE_URL', 'FLOWS_DIR', 'STEP_TYPES'],
  ofVoice: true,
  remedies,
  look,
  judge({ numbers, brands, base }: Seen) {
    if (numbers === null)
      return [{ code: 'not_asked', says: 'Not looked at: there is no account that tells them, or no flows.' }]
    const byNumber = new Map(numbers.map((each) => [each.number, each]))
    const ours = [...brands].flatMap(([number, brand]) => {
      const seen = byNumber.get(number)
      const name = `${number} (${brand})`
      return seen
        ? judgedOf(seen, name, base)
        : [{ code: 'missing' as const, says: `${name} is no number of the account.` }]
    })
    const others = numbers
      .filter(({ number, voice }) => !brands.has(number) && addressOf(voice) === `${base}/voice/incoming`)
      .map(({ number }) => ({ code: 'nobody' as const, says: `${number} leads here, and no brand has it.` }))
    return [...ours, ...others]
  },
})

async function look({ accounts, rest, hotlines, config }: Patient): Promise<Seen> {
  const [read, options] = [await hotlines(), rest()]
  const brands = new Map([...(read?.byNumber ?? [])].map(([number, { brand }]) => [number, brand.name]))
  const canBeAsked = (await accounts())?.[0]?.kind === 'live' && options !== null && read !== null
  const { numbersOf } = await import('../../twilio/look-at-account.ts')
  return { numbers: canBeAsked ? await numbersOf(options) : null, brands, base: config.publicBaseUrl }
}

function judgedOf(seen: NumberSeen, name: string, base: string): Judged<Code>[] {
  // Each wins over what comes after it.
  if (seen.trunk !== '') return [{ code: 'trunk', says: `${name} belongs to a SIP trunk.` }]
  if (seen.receives === 'fax') return [{ code: 'fax', says: `${name} receives faxes.` }]
  if (seen.application !== '') return [{ code: 'application', says: `${name} is led by a TwiML application.` }]
  const wrong: Judged<Code>[] = []
  const say = (code: Code, says: string): void => void wrong.push({ code, says: `${name}: ${says}` })
  if (addressOf(seen.voice) !== `${base}/voice/incoming`)
    say('voice', seen.voice.url === '' ? 'its calls lead nowhere.' : 'its calls lead to another address.')
  else if (seen.voice.method !== 'POST') say('voice', `its calls come by ${seen.voice.method}.`)
  if (seen.fallback.url === '') say('no_fallback', 'it has no fallback.')
  else if (seen.fallback.method !== 'POST') say('fallback_get', `its fallback is asked by ${seen.fallback.method}.`)
  if (addressOf(seen.status) !== `${base}/voice/status` || seen.status.method !== 'POST')
    say('status', 'the end of its calls is not told here.')
  return wrong.length > 0 ? wrong : [{ good: `${name} leads here, with a fallback.` }]
}

/** What stands behind # tells Twilio how to connect. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
function addressOf({ url }: NumberWebhook): string {
  return url.replace(/#.*$/, '')
}
