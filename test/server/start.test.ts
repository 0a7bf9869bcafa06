/** Starts as people start it: what a bare host is refused, and what a try-out and a demo elsewhere are. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { readConfig } from '../../src/config/config.ts'
import { freshKeys } from '../../src/config/keys.ts'
import { createLog } from '../../src/log/log.ts'
import { ownUrl, type Running, serve } from '../../src/server/serve.ts'
import { welcome } from '../../src/server/welcome.ts'
import { demoAgents } from '../../src/store/demo-cast.ts'
import { flowsOf } from '../flow/one-brand.ts'
import { anyStore } from '../support/any-store.ts'
import { rufpass } from '../support/command.ts'

const FLOWS_DIR = flowsOf('rheinnetz')
const home = mkdtempSync(join(tmpdir(), 'rufpass-start-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'a'.repeat(32) }
const outside = { PUBLIC_BASE_URL: 'https://voice.example.com', ...account }

/** Starts on a free port, tells what `npm start` prints, and stops. */
async function started<T>(settings: Record<string, string>, look: (running: Running, printed: string) => Promise<T>) {
  const config = { ...readConfig({ FLOWS_DIR, ...settings }), port: 0 }
  // What a start says of its flows is shown by `test/cli/flows.test.ts`, and to prove them costs a second of work each time.
  const running = await serve(config, { log: createLog({ level: 'silent' }), noticeMs: 0, unproved: true })
  try {
    return await look(running, welcome(config, running))
  } finally {
    await running.stop()
  }
}

async function signIn({ port, baseUrl }: Running, name: string, password: string, headers = {}): Promise<number> {
  const response = await fetch(`${ownUrl('127.0.0.1', port)}/desk/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: baseUrl, ...headers },
    body: JSON.stringify({ name, password }),
  })
  return response.status
}

it('a bare host with a public address and a Twilio account is told what is missing, and does not start', async () => {
  const { code, out, err } = await rufpass(['start'], outside)
  expect([code, out]).toEqual([1, ''])
  expect(err.match(/^- (\S+) must be set where PUBLIC_BASE_URL is not localhost/gm)).toHaveLength(4)
})

describe('a try-out', () => {
  it('with a Twilio account set has its telephones all the same, and answers this machine alone', () =>
    started({ ...account, DATABASE_URL: 'memory:' }, async (running, printed) => {
      const { port, baseUrl } = running
      expect(baseUrl).toBe(`http://localhost:${port}`)
      expect((await fetch(`${baseUrl}/simulator/api/world`)).status).toBe(200)
      expect(printed).toContain(`${baseUrl}/phone`)
      expect(printed).toContain('Telephony      a stand-in for Twilio')
      for (const path of ['/', '/phone', '/simulator/api/world', '/desk', '/health/live']) {
        const tunnelled = await fetch(baseUrl + path, { headers: { 'x-forwarded-for': '192.0.2.7' } })
        expect([path, tunnelled.status]).toEqual([path, 403])
      }
      for (const { address } of Object.values(networkInterfaces()).flatMap((all) => all ?? []))
        if (!address.startsWith('127.') && !address.includes(':')) expect(await connects(address, port)).toBe(false)
    }))

  it('whose store has the demo cannot become more: everybody may know its passwords', async () => {
    const store = await anyStore(null, join(home, 'tryout'))
    const real = { ...freshKeys(), ...account, DATABASE_URL: store.url }
    const [anna] = demoAgents()
    await started({ ...real, DEMO: 'on' }, async (running, printed) => {
      expect(printed).toContain(`${anna?.name.padEnd(12)} ${anna?.password}`)
      expect(await signIn(running, anna?.name ?? '', anna?.password ?? '')).toBe(200)
      const offered = await fetch(`${ownUrl('127.0.0.1', running.port)}/desk/api/sign-in/demo`)
      expect((await offered.json()).agents.map(({ name }: { name: string }) => name)).toEqual(['anna', 'ben', 'sam'])
    })
    for (const more of [outside, { HOST: '0.0.0.0' }, { ...outside, DEMO: 'on' }])
      await expect(started({ ...real, ...more }, async () => {})).rejects.toThrow(/Set DATABASE_URL to another store/)
    await store.drop()
  })
})

it('a demo for others has PINs and passwords of its own, told once', async () => {
  const store = await anyStore(null, join(home, 'shown'))
  const settings = { ...freshKeys(), ...outside, DATABASE_URL: store.url, DEMO: 'on' }
  const made = await started(settings, async (running, printed) => {
    expect(running.demo?.customers).not.toHaveLength(0)
    for (const { pin, customerNumber } of running.demo?.customers ?? [])
      expect(printed).toMatch(new RegExp(`${customerNumber} .* ${pin ?? '-'} `))
    expect(printed).toContain('are not told again')
    // Nobody is signed in by name here, this machine included.
    for (const method of ['GET', 'POST']) {
      const door = await fetch(`${ownUrl('127.0.0.1', running.port)}/desk/api/sign-in/demo`, {
        method,
        headers: { 'content-type': 'application/json', origin: running.baseUrl },
        ...(method === 'POST' ? { body: JSON.stringify({ name: running.demo?.agents[0]?.name }) } : {}),
      })
      expect([method, door.status, await door.json()]).toMatchObject(
        method === 'GET' ? [method, 200, { agents: [] }] : [method, 401, { code: 'wrong' }],
      )
    }
    expect((await fetch(`${ownUrl('127.0.0.1', running.port)}/phone`)).status).toBe(404)
    for (const { name, password } of demoAgents()) expect(await signIn(running, name, password)).toBe(401)
    const agents = running.demo?.agents ?? []
    for (const { name, password } of agents) {
      expect(printed).toContain(password)
      expect(await signIn(running, name, password)).toBe(200)
    }
    return agents
  })
  await started(settings, async (running, printed) => {
    expect(printed).toContain('an earlier start')
    for (const { name, password } of made) {
      expect(printed).not.toContain(password)
      expect(await signIn(running, name, password)).toBe(200)
    }
  })
  await store.drop()
})

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
