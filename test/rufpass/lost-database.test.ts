/**
 * Rufpass on an operator's app while Postgres drops its connections, idle or in the middle of a statement, and restarts as
 * in a crash. Only a process of its own can show that the process goes on.
 */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { type Exchange, KEYS, openApp } from '../support/app.ts'
import { killHard, message, startChild } from '../support/children.ts'
import { times } from '../support/counts.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.ts'
import { PUBLIC_BASE_URL, signForm } from '../support/signing.ts'
import { describeOwnPostgres } from '../support/stores.ts'

const { rheinnetz, ...others } = people as { rheinnetz: (typeof people)[string] } & typeof people
const HANNA = rheinnetz.first

describeOwnPostgres('an app with Rufpass on it, when its connections break,', (postgres) => {
  let proxy: PostgresProxy
  let child: ChildProcess
  let base = ''
  const numbers = new Map<string, string>()

  beforeAll(async () => {
    const url = await postgres().createDatabase({ migrated: true })
    const app = await openApp({ database: url, customers: 'cheap' })
    for (const brand of Object.keys(people)) numbers.set(brand, app.numberOf(brand))
    // A store that has the demo's customers is refused outside a try-out; by these numbers alone it no longer is one.
    await sql`UPDATE account SET customer_number = 'x' || customer_number`.execute(app.deps.database.db)
    await app.close()
    proxy = await startPostgresProxy(postgres())
    child = startChild(new URL('./processes/host.ts', import.meta.url), proxy.urlOf(url))
    base = `http://127.0.0.1:${(await message<{ port: number }>(child)).port}`
  })
  afterAll(async () => {
    if (goesOn()) await killHard(child)
    await proxy.close()
  })

  const goesOn = (): boolean => child.exitCode === null && child.signalCode === null

  const app = {
    numberOf: (brand: string) => numbers.get(brand) ?? '',
    async post(path: string, fields: Record<string, string>): Promise<Exchange> {
      const { headers, body } = signForm(PUBLIC_BASE_URL + path, fields)
      const response = await fetch(base + path, { method: 'POST', headers, body })
      return { path, body, headers, status: response.status, answer: await response.text(), took: 0 }
    },
  }

  /** A whole call with the right PIN; the level that the agent is shown. */
  async function callOf(brand: string, { number, pin }: { number: string; pin: string }): Promise<number> {
    const call = phone(app, { brand })
    await call.toPin(number)
    await call.key(pin)
    const headers = { authorization: `Bearer ${KEYS.API_TOKEN}` }
    const shown = await fetch(`${base}/api/v1/calls/${call.sid}`, { headers })
    return ((await shown.json()) as { assurance: { level: number } }).assurance.level
  }

  /** Calls, one after the other on each of many lines, for as long as `act` takes. What they met besides an answer. */
  async function callingDuring(act: () => Promise<void>): Promise<string[]> {
    let over = false
    const met = new Set<string>()
    const lines = Object.entries(others)
      .slice(0, times(2, 5))
      .flatMap(([brand, { first, second }]) =>
        [first, second].map(async (person) => {
          while (!over && goesOn()) {
            const call = phone(app, { brand })
            // Where a turn broke the caller is on the way to a person, and the rest is not asked of them.
            const whole = async () => {
              await call.toPin(person.number)
              await call.key(person.pin)
            }
            await whole().catch((error: unknown) => met.add(String(error)))
          }
        }),
      )
    await act()
    over = true
    await Promise.all(lines)
    return [...met]
  }

  const rounds = times(2, 4)
  it(`verifies the next caller after ${2 * rounds} resets, idle and busy`, async () => {
    expect(await callOf('rheinnetz', HANNA)).toBe(2)
    for (let round = 0; round < rounds; round++) {
      expect(proxy.connections()).toBeGreaterThan(0)
      proxy.reset()
      // Whatever came to it before this has been noticed when it answers.
      await fetch(`${base}/health/live`)
      expect(await callOf('rheinnetz', HANNA)).toBe(2)
      // The name of a statement of the PIN check, and of one that every turn makes.
      const text = round % 2 === 0 ? 'rufpass_pin_spend' : 'rufpass_event'
      expect(await callingDuring(() => proxy.resetAfter(text))).toEqual([])
      expect(goesOn()).toBe(true)
      expect(await callOf('rheinnetz', HANNA)).toBe(2)
    }
  })

  it('verifies the next caller after an immediate restart in the middle of calls', async () => {
    expect(await callingDuring(() => postgres().restartImmediately())).toEqual([])
    expect(goesOn()).toBe(true)
    expect(await callOf('rheinnetz', HANNA)).toBe(2)
  })
})
