/** What the doctor asks may answer without an end. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { beginningOf } from '../../../src/cli/doctor/beginning-of.ts'
import type { Patient } from '../../../src/cli/doctor/patient.ts'
import { portal } from '../../../src/cli/doctor/portal.ts'
import { askRunning } from '../../../src/cli/doctor/running.ts'

function* zeros() {
  for (;;) yield Buffer.alloc(64_000)
}

describe('an answer without an end', () => {
  let server: Server
  let base: string
  beforeAll(async () => {
    server = createServer((_request, response) => void Readable.from(zeros()).pipe(response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    base = `http://localhost:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })

  it('is read up to a bound, and left', async () => {
    let isLeft = false
    async function* endless() {
      try {
        yield* zeros()
      } finally {
        isLeft = true
      }
    }
    expect(await beginningOf(endless(), 100_000)).toHaveLength(128_000)
    expect(isLeft).toBe(true)
  })

  it("is no set of the portal's keys", async () => {
    const keys = { url: new URL(`${base}/jwks.json`) }
    const seen = await portal.look({ config: { portal: { keys } } } as unknown as Patient)
    expect(seen).toEqual({ url: `${base}/jwks.json`, keys: null })
  })

  it('is of no server of ours', async () => {
    expect(await askRunning(base)).toEqual({ url: base, kind: 'silent', failed: 'HTTP 200' })
  })
})
