/** What supervisors switch on and off, as the page gets it. */
export type { FaultCode } from '../flow/fault.ts'

/** What a supervisor can switch on: `GET /desk/api/switches`. Moments are ISO 8601, days YYYY-MM-DD. */
export interface Switches {
  /** `hoursToday`: `HH:MM-HH:MM` each, what was set for today taken in. */
  brands: {
    brand: string
    languages: { code: string; locale: string }[]
    topics: string[]
    today: string
    time: string
    hoursToday: string[]
  }[]
  notices: {
    brand: string
    topic: string | null
    texts: Record<string, string>
    until: string | null
    since: string
  }[]
  hours: { brand: string; day: string; hours: string[]; texts: Record<string, string>; since: string }[]
  /** The open ones, then some that were closed. */
  incidents: {
    brand: string
    name: string
    day: string
    texts: Record<string, string>
    opened: string
    closed: string | null
    accounts: number
  }[]
  /**
   * Guesses at many accounts, of a brand or of the whole service (brand null). `actor`: who began it; null: the figures did. `hasOneTry`: calls have one
   * try; else people are told, and nothing more. What failed in the last ten minutes is that of the brand, or of the supervisor's brands together.
   */
  sprays: {
    brand: string | null
    since: string
    until: string
    actor: string | null
    hasOneTry: boolean
    failures: number
    accounts: number
    /** Whether this supervisor may end it. */
    isTheirs: boolean
  }[]
}
export type Heard = { language: string; locale: string; lines: { text: string; language: string; isNew: boolean }[] }
