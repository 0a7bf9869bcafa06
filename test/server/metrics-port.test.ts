/** The port of `/metrics` opens with the server, and closes with it. */
import { createServer } from 'node:http'
import { expect, it } from '@jest/globals'
import { readConfig } from '../../src/config/config.ts'
import { explainFailure } from '../../src/log/failure.ts'
import { createLog } from '../../src/log/log.ts'
import { type Running, serve } from '../../src/server/serve.ts'
import { flowsOf } from '../flow/one-brand.ts'
import { anyStore } from '../support/any-store.ts'
import { testSettings } from '../support/app.ts'
import { freePort } from '../support/free-port.ts'

const FLOWS_DIR = flowsOf('rheinnetz')

async function starting(settings: Record<string, string>): Promise<Running & { drop(): Promise<void> }> {
  const { url, drop } = await anyStore()
  const config = { ...readConfig({ ...testSettings, FLOWS_DIR, DATABASE_URL: url, DEMO: 'off', ...settings }), port: 0 }
  try {
    const running = await serve(config, { log: createLog({ level: 'silent' }), noticeMs: 0, unproved: true })
    return { ...running, drop }
  } catch (error) {
    await drop()
    throw error
  }
}

it('opens where it is set, with the slots of calls on it, and closes with the server', async () => {
  const port = await freePort()
  const running = await starting({ METRICS_PORT: String(port) })
  expect(running.metricsPort).toBe(port)
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(await answer.text()).toContain('rufpass_hashing_slots{pool="calls",state="waiting"} 0')
  await running.stop()
  await running.drop()
  await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow('fetch failed')
})

it('is none, and nothing is counted, where it is not set', async () => {
  const running = await starting({})
  expect([running.metricsPort, running.deps.counting]).toEqual([null, null])
  await running.stop()
  await running.drop()
})

it('that another has keeps the server from starting, with a sentence', async () => {
  const other = createServer()
  const port = await freePort()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  const why = await starting({ METRICS_PORT: String(port) }).then(() => '', explainFailure)
  other.close()
  expect(why).toBe(
    `METRICS_HOST and METRICS_PORT (127.0.0.1, ${port}) cannot be listened on: another process may have the port, or the address is none of this machine.\n`,
  )
})
