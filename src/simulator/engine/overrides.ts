import { RefusedTwiml } from './verbs.ts'

/** How long and how often Twilio tries one webhook; times in milliseconds. */
export interface FetchPatience {
  /** One attempt's answer. */
  read: number
  /** All attempts together. */
  total: number
  /** Attempts after the first. */
  retries: number
  /** What is worth another attempt. */
  retryOn: readonly string[]
}

const RULES = ['4xx', '5xx', 'ct', 'rt', 'all']

/**
 * Reads the connection overrides in a webhook's fragment, `#rc=2&rp=ct,5xx`; the defaults are Twilio's: 15 s, one more
 * try if no connection came about. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 * @throws RefusedTwiml when Twilio would not understand a value (11243).
 */
export function patienceOf(url: string): FetchPatience {
  const given = new URLSearchParams(url.split('#')[1] ?? '')
  const number = (key: string, min: number, max: number, otherwise: number): number => {
    const text = given.get(key)
    if (text === null) return otherwise
    if (/^[0-9]+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text)
    throw new RefusedTwiml(`Connection override ${key} must be ${min} to ${max} (11243).`)
  }
  const retryOn = (given.get('rp') ?? 'ct').split(',')
  const unknown = retryOn.find((rule) => !RULES.includes(rule))
  if (unknown !== undefined) throw new RefusedTwiml(`Connection override rp must be of ${RULES.join(', ')} (11243).`)
  number('ct', 100, 10_000, 5000)
  return {
    read: number('rt', 100, 15_000, 15_000),
    total: number('tt', 100, 15_000, 15_000),
    retries: number('rc', 0, 5, 1),
    retryOn,
  }
}
