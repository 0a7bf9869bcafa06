/** A server takes its port before anything else, and answers nothing of importance before it is open. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { readConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/log/log.ts'
import { serve } from '../../src/server/serve.ts'
import { smallFolder } from '../flow/small-folder.ts'
import { freePort } from '../support/free-port.ts'

const home = mkdtempSync(join(tmpdir(), 'rufpass-port-'))
afterAll(() => rmSync(home, { recursive: true }))
const flowsDir = smallFolder()
const log = createLog({ level: 'silent' })

it('a port in use is told before a flow is proved or a store is touched', async () => {
  const port = await freePort()
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  const steps: string[] = []
  const config = readConfig({ PORT: String(port), DATABASE_URL: join(home, 'db'), FLOWS_DIR: flowsDir })
  await expect(serve(config, { log, told: (step) => steps.push(step) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect(steps).toEqual([])
  expect(existsSync(join(home, 'db'))).toBe(false)
  await new Promise((resolve) => other.close(resolve))
})

it('who asks while it starts is told so, and every step of the start is told', async () => {
  const port = await freePort()
  const steps: string[] = []
  const early: Promise<number>[] = []
  const told = (step: string): void => {
    steps.push(step)
    if (steps.length === 1) early.push(fetch(`http://127.0.0.1:${port}/health/live`).then(({ status }) => status))
  }
  const config = readConfig({ PORT: String(port), DATABASE_URL: 'memory:', DEMO: 'on', FLOWS_DIR: flowsDir })
  const running = await serve(config, { log, told, noticeMs: 0 })
  try {
    expect(steps.map((step) => step.slice(0, 5))).toEqual(['[1/3]', '[2/3]', '[3/3]'])
    expect(await Promise.all(early)).toEqual([503])
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
  } finally {
    await running.stop()
  }
})

it('a start that fails gives its port back', async () => {
  const port = await freePort()
  const config = readConfig({ PORT: String(port), DATABASE_URL: 'memory:', FLOWS_DIR: join(home, 'none') })
  await expect(serve(config, { log })).rejects.toThrow()
  await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow()
})
