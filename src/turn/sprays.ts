/**
 * Attacks over many accounts (docs/security.md#spray): notes what fails, looks at the figures, and says what holds for the calls of a brand. A look
 * is no part of a turn: one is taken every few seconds by each server, and what it found holds until the next. What it decides is in
 * `auth/spray.ts`, and that it was decided, in the store: of many servers one begins and one ends.
 */
import { derivedKey } from '../auth/keyed-hash.ts'
import { baselineOf, type Failing, failingAccount, hasOneTry, sprayMove, sprayRule, usualIn } from '../auth/spray.ts'
import type { Brand } from '../flow/brand.ts'
import type { Attempts } from '../seams/attempts.ts'
import type { Clock } from '../seams/clock.ts'
import type { FailureCounts } from '../seams/failure-counts.ts'
import type { Log } from '../seams/log.ts'
import type { Spray, SprayStore } from '../seams/sprays.ts'
import { type Pace, SPRAY_PACE, USUAL_PACE } from './answer-time.ts'
import { localNow } from './opening-hours.ts'

/** How often a server looks, ms: from the failure that makes it an attack to the alarm it takes at most so long, and what the stores take. */
export const LOOK_MS = 10_000

const DAY_MS = 86_400_000

type SprayBrand = Pick<Brand, 'name' | 'spray' | 'time_zone'>

export interface SprayParts {
  brands: readonly SprayBrand[]
  failures: FailureCounts
  store: SprayStore
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'error'>
}

/** What the last look found of a brand. */
export interface BrandFailing extends Failing {
  brand: string
  /** Whether one is on there, or for the whole service. */
  isAlarmed: boolean
}

/** What calls ask. */
export interface Sprayed {
  /** Whether a call of this brand has one try. */
  hasOneTry(brand: SprayBrand): boolean
  /** When answers that could tell of accounts leave. */
  paceOf(brand: SprayBrand): Pace
}

export interface SprayWatch extends Sprayed {
  /** One look. Never throws. */
  look(): Promise<void>
  /** What the last look found. */
  found(): readonly BrandFailing[]
}

export function watchSprays({ brands, failures, store, clock, log }: SprayParts): SprayWatch {
  let on: readonly Spray[] = []
  let last: readonly BrandFailing[] = []
  /** What this server has written last of an hour, by brand. */
  const peaks = new Map<string, { hour: string; failures: number }>()

  async function see(): Promise<void> {
    const now = clock.now()
    for (const { brand } of await store.lapse(now))
      log.warn({ ...scopeOf(brand) }, 'the guessing at many accounts is over: calls have as many tries as ever')
    on = await store.current(now)
    const read = await Promise.all(
      brands.map(async (brand) => ({ brand, ...(await failures.read(brand.name, sprayRule.windowMs)) })),
    )
    if (read.some(({ counted }) => counted === 'here'))
      log.error({ store: 'live' }, 'failures of all callers are counted here alone')
    const isSome = sumOf(read).accounts >= sprayRule.still.accounts
    const resting = isSome ? await store.resting(now) : []
    const rests = (scope: string | null): boolean => resting.some(({ brand }) => brand === scope)
    let isChanged = false
    for (const { brand, ...failing } of read)
      if (isOn(brand.name) || !isOn(null))
        isChanged = (await weigh([brand], brand.name, failing, rests(brand.name))) || isChanged
    if (isChanged) on = await store.current(now)
    // What each of several brands meets alone stays below the figures of each. Those that have their own alarm, or had it ended, are no part of it.
    const others = isOn(null) ? read : read.filter(({ brand: { name } }) => !isOn(name) && !rests(name))
    const whole = others.map(({ brand }) => brand)
    if (await weigh(whole, null, sumOf(others), rests(null))) on = await store.current(now)
    last = read.map(({ brand, failures, accounts }) => {
      return { brand: brand.name, failures, accounts, isAlarmed: isOn(brand.name) || isOn(null) }
    })
    // Figures that rang are not usual, unless a person says that they are by ending it.
    for (const { brand, ...failing } of read)
      if (!isOn(brand.name) && !isOn(null)) await noteUsual(brand, usualIn(failing), now)
  }

  function isOn(scope: string | null): boolean {
    return on.some(({ brand }) => brand === scope)
  }

  /** Whether something was begun. */
  async function weigh(
    of: readonly SprayBrand[],
    scope: string | null,
    failing: Failing,
    isResting: boolean,
  ): Promise<boolean> {
    // Below it figures begin and prolong nothing, so nothing has to be read.
    if (failing.accounts < sprayRule.still.accounts) return false
    const now = clock.now()
    const until = on.find(({ brand }) => brand === scope)?.until
    const baselines = await Promise.all(of.map(async (brand) => baselineOf(await usualOf(store, brand, now))))
    const baseline = baselines.reduce((sum, each) => sum + each, 0)
    const state = { until: until === undefined ? null : Date.parse(until), isResting }
    const move = sprayMove(state, failing, baseline, now.getTime())
    if (move.kind === 'prolong') await store.prolong(scope, new Date(move.until))
    if (move.kind !== 'begin') return false
    const because = { failing: { failures: failing.failures, accounts: failing.accounts }, baseline }
    const isFirst = await store.begin({ brand: scope, until: new Date(move.until) }, { actor: 'server', because }, now)
    if (isFirst)
      log.error(
        { ...scopeOf(scope), count: failing.accounts, reason: 'spray' },
        'many accounts are being guessed at: npx rufpass spray status',
      )
    return true
  }

  async function noteUsual({ name, time_zone }: SprayBrand, failures: number, now: Date): Promise<void> {
    const { day, time } = localNow(now, time_zone)
    const hour = time.slice(0, 2)
    const known = peaks.get(name)
    if (known?.hour === `${day} ${hour}` && known.failures >= failures) return
    await store.notePeak({ brand: name, day, hour: Number(hour) }, failures)
    peaks.set(name, { hour: `${day} ${hour}`, failures })
  }

  const current = (): readonly Spray[] => {
    const now = clock.now().getTime()
    return on.filter(({ until }) => Date.parse(until) > now)
  }
  const oneTry = (brand: SprayBrand): boolean => hasOneTry(brand, current())
  return {
    hasOneTry: oneTry,
    paceOf: (brand) => (oneTry(brand) ? SPRAY_PACE : USUAL_PACE),
    async look() {
      try {
        await see()
      } catch (err) {
        log.error({ err }, 'whether many accounts are being guessed at could not be seen; the next look tries again')
      }
    },
    found: () => last,
  }
}

function scopeOf(brand: string | null): { brand?: string } {
  return brand === null ? {} : { brand }
}

function sumOf(all: readonly Failing[]): Failing {
  return {
    failures: all.reduce((sum, { failures }) => sum + failures, 0),
    accounts: all.reduce((sum, { accounts }) => sum + accounts, 0),
  }
}

/** What is usual of a brand in the hour of this moment, by the clock on its wall. */
export function usualOf(store: Pick<SprayStore, 'usual'>, { name, time_zone }: Omit<SprayBrand, 'spray'>, now: Date) {
  const { day, time } = localNow(now, time_zone)
  const days = Array.from({ length: sprayRule.weeks.looked }, (_, week) =>
    new Date(Date.parse(`${day}T12:00:00Z`) - 7 * (week + 1) * DAY_MS).toISOString().slice(0, 10),
  )
  return store.usual(name, { days, hour: Number(time.slice(0, 2)) })
}

/** Hours before that day are looked at no more. A week longer than they are, for clocks and time zones. */
export function oldestHour(now: Date): string {
  return new Date(now.getTime() - 7 * (sprayRule.weeks.looked + 1) * DAY_MS).toISOString().slice(0, 10)
}

/**
 * The same tries, whose failures are noted: whatever the door, they come past here, and nothing that decides knows of it. What cannot be noted
 * changes no answer, and nobody waits for it.
 */
export function noteFailures<Of extends Pick<Attempts, 'settle'>>(
  attempts: Of,
  { failures, subjectKey, log }: { failures: FailureCounts; subjectKey: Buffer; log: Pick<Log, 'warn'> },
): Of {
  const key = derivedKey(subjectKey, 'failing-accounts-v1')
  return {
    ...attempts,
    async settle(attempt, reservation, outcome, event) {
      await attempts.settle(attempt, reservation, outcome, event)
      if (outcome !== 'wrong') return
      const { brand } = attempt.owner
      const account = failingAccount(key, brand, attempt.subject)
      failures
        .note({ brand, token: attempt.token, account })
        .catch((err: unknown) => log.warn({ brand, err }, 'a failure could not be counted with those of all callers'))
    },
  }
}
