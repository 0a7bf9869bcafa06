/** A small crowd on a server of its own, embedded and on Redis and Postgres: `npm run load`, by counts. Nobody is lost to it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { TWILIO_MS } from '../../src/seams/patience.ts'
import { customer } from '../bench/caller.ts'
import { type Child, startChild } from '../bench/child.ts'
import { keyPin, makeCall, toPin } from '../bench/crowd.ts'
import { EMBEDDED, realStores, settings, writeCustomers } from '../bench/prepare.ts'

const CALLS = 24

describe.each(['embedded', 'on Redis and Postgres'])('%s', (stores) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-load-'))
  const closing: (() => Promise<unknown>)[] = []
  let server: Child | null = null

  beforeAll(async () => {
    const env = stores === 'embedded' ? EMBEDDED : await realStores(closing)
    if (env === null) return
    const file = writeCustomers(join(folder, 'customers.csv'), CALLS)
    server = await startChild('rufpass', { env: { ...(await settings(file)), ...env }, core: null, profileTo: null })
  })
  afterAll(async () => {
    await server?.stop()
    for (const close of closing.reverse()) await close()
    rmSync(folder, { recursive: true })
  })

  it(`${CALLS} callers who key the right PIN at once are all verified, and Twilio waits for none of them too long`, async () => {
    if (server === null) return
    const { port } = server
    const made = await Promise.all(Array.from({ length: CALLS }, (_, n) => makeCall(() => port, customer(n))))
    expect(made.map(({ end }) => end)).toEqual(made.map(() => 'verified'))
    expect(made.filter(({ fellBack }) => fellBack)).toEqual([])
    expect(Math.max(...made.map(({ slowestMs }) => slowestMs))).toBeLessThan(TWILIO_MS)
  })

  it('those who key a wrong one are asked again, all of them', async () => {
    if (server === null) return
    const { port } = server
    const made = await Promise.all(
      Array.from({ length: CALLS }, async (_, n) => {
        const line = await toPin(() => port, customer(n))
        return 'end' in line ? line : keyPin(() => port, line, customer(n), false)
      }),
    )
    expect(made.map(({ end }) => end)).toEqual(made.map(() => 'told wrong'))
  })
})
