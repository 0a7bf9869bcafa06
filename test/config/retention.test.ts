/** What is kept for how long: no setting takes away what a rule still reads. */
import { describe, expect, it } from '@jest/globals'
import * as letters from '../../src/auth/letters.ts'
import { TOTAL_WINDOW_MS } from '../../src/auth/lockout.ts'
import { tellings } from '../../src/auth/tellings.ts'
import { readConfig } from '../../src/config/config.ts'
import { LONGEST_OVER_DAYS } from '../../src/seams/account-changes.ts'
import { LOG_IN_DAYS } from '../../src/seams/portal.ts'
import { DAY_MS, type KeepingName, keepings, leastOf, TRIES_DAYS, usualDays } from '../../src/seams/retention.ts'

const names = Object.keys(keepings) as KeepingName[]
const settingOf = (name: KeepingName): string => `KEEP_${name.toUpperCase()}_DAYS`
const keepWith = (name: KeepingName, days: number) => readConfig({ [settingOf(name)]: String(days) }).keep

describe.each(names)('%s', (name) => {
  const { most, rules, usual } = keepings[name]

  it('is kept by default, and no less than by any rule', () => {
    expect(readConfig({}).keep[name]).toBe(usual)
    for (const { days } of rules) expect(leastOf(name).days).toBeGreaterThanOrEqual(days)
    expect(usual).toBeGreaterThanOrEqual(leastOf(name).days)
    expect(most).toBeGreaterThanOrEqual(usual)
  })

  it('may be kept for as long as its longest rule reads, and a day less is refused with that rule', () => {
    const { days, what } = leastOf(name)
    expect(keepWith(name, days)).toEqual({ ...usualDays(), [name]: days })
    expect(keepWith(name, most)[name]).toBe(most)
    expect(() => keepWith(name, days - 1)).toThrow(what)
    expect(() => keepWith(name, most + 1)).toThrow(`${settingOf(name)} must be a whole number of days`)
  })
})

it('reads the windows of the rules where they stand', () => {
  expect(leastOf('record').days).toBeGreaterThanOrEqual(LOG_IN_DAYS)
  expect(leastOf('messages').days * DAY_MS).toBeGreaterThanOrEqual(Math.max(letters.UNUSED_MS, letters.ORDER_EVERY_MS))
  for (const { quietMs, worthMs } of Object.values(tellings))
    expect(leastOf('messages').days * DAY_MS).toBeGreaterThanOrEqual(Math.max(quietMs, worthMs))
  expect(leastOf('ended').days).toBeGreaterThanOrEqual(LONGEST_OVER_DAYS)
  expect(TRIES_DAYS * DAY_MS).toBeGreaterThanOrEqual(TOTAL_WINDOW_MS)
})

it('keeps a record of persons for half a year and no longer', () => {
  expect(keepings.record.most).toBeLessThanOrEqual(180)
})
