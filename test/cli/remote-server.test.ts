/** `rufpass call --url`: what a call to a running server is signed with, and where it goes. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { registerCall } from '../../src/cli/call.ts'
import { remoteServer } from '../../src/cli/remote-server.ts'
import { readConfig } from '../../src/config/config.ts'
import { freshKeys } from '../../src/config/keys.ts'
import { ACCOUNT, type Documents, type ScriptedServer, startScripted, TOKEN } from '../simulator/scripted-server.ts'

const folders: string[] = []
const servers: ScriptedServer[] = []
afterEach(async () => {
  process.exitCode = 0
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

/** The settings of a server's folder whose key file has been made. */
function folderOf(settings: Record<string, string> = {}, keyFile = true) {
  const home = mkdtempSync(join(tmpdir(), 'call-url-'))
  folders.push(home)
  const database = join(home, 'db')
  const lines = `TWILIO_ACCOUNT_SID=${ACCOUNT}\nTWILIO_AUTH_TOKEN=${TOKEN}\nAPI_TOKEN=of-this-folder\n`
  if (keyFile) writeFileSync(`${database}.keys`, lines, { mode: 0o600 })
  return { config: readConfig({ DATABASE_URL: database, ...settings }), file: `${database}.keys` }
}

async function scripted(documents: Documents, publicBaseUrl?: string): Promise<ScriptedServer> {
  const server = await startScripted(documents, publicBaseUrl)
  servers.push(server)
  return server
}

/** Calls the server at `url` from a folder with these settings, and hangs up. */
async function call(url: string, settings: Record<string, string> = {}, typed = 'h\n') {
  const { config } = folderOf(settings)
  const [input, output] = [new PassThrough(), new PassThrough()]
  input.end(typed)
  const program = new Command().exitOverride()
  registerCall(program, {
    input,
    output,
    hotlines: () => [],
    remote: (to) => remoteServer(config, to),
    startLocal: () => Promise.reject(new Error('not here')),
  })
  await program.parseAsync(['node', 'rufpass', 'call', '--to', '+492214710100', '--url', url])
  return String(output.read() ?? '')
}

describe('a call to a running server', () => {
  it('is signed with the token in the key file of this folder, for the port that was named', async () => {
    const server = await scripted({ '/voice/incoming': '<Hangup/>' })
    const named = server.baseUrl.replace('127.0.0.1', 'localhost')
    const { server: called, notes } = remoteServer(folderOf().config, server.baseUrl)
    expect(called).toMatchObject({ publicBaseUrl: named, authToken: TOKEN, apiToken: 'of-this-folder' })
    expect(notes).toEqual([
      expect.stringMatching(/in .*db\.keys, for a server that knows itself as http:\/\/localhost:/),
    ])
  })

  it('is signed for PUBLIC_BASE_URL where that is set, and says that it is another address', async () => {
    const server = await scripted({ '/voice/incoming': '<Hangup/>' }, 'http://localhost:4711/hotline')
    const printed = await call(server.baseUrl, { PUBLIC_BASE_URL: 'http://localhost:4711/hotline' })
    expect(printed).toContain(
      `That is PUBLIC_BASE_URL here, and not ${server.baseUrl}: the server there must have the same`,
    )
    const webhooks = server.asked.filter(({ path }) => path.startsWith('/voice'))
    expect(webhooks.map(({ signed }) => signed)).toEqual(webhooks.map(() => true))
    expect(webhooks.length).toBeGreaterThan(0)
  })

  it('is not made without a key file, and makes none', () => {
    const { config, file } = folderOf({}, false)
    expect(() => remoteServer(config, 'http://localhost:3000')).toThrow(`there is no key file ${file}`)
    expect(existsSync(file)).toBe(false)
    const postgres = readConfig({ ...freshKeys(), DATABASE_URL: 'postgres://localhost/rufpass' })
    expect(() => remoteServer(postgres, 'http://localhost:3000')).toThrow('TWILIO_AUTH_TOKEN is not set')
    expect(() => remoteServer(config, 'localhost:3000')).toThrow("'localhost:3000' is no address of a server")
  })

  it('shows the API token to this machine alone', () => {
    const { config } = folderOf()
    const { server, notes } = remoteServer(config, 'https://elsewhere.example')
    expect(server.apiToken).toBeNull()
    expect(notes.join()).toContain('the API token of this folder goes to no other machine')
  })

  it.each([
    ['an action', (to: string) => `<Gather action="${to}/stolen" numDigits="1"><Say>Press.</Say></Gather>`],
    ['a redirect in the document', (to: string) => `<Redirect>${to}/stolen</Redirect>`],
    ['a redirect of HTTP', (to: string) => ({ status: 307, body: '', location: `${to}/stolen` })],
  ])('follows %s to no other address', async (_what, leading) => {
    const other = await scripted({ '/stolen': '<Hangup/>' })
    const server = await scripted({ '/voice/incoming': leading(other.baseUrl) })
    const printed = await call(server.baseUrl, {}, '1\nh\n')
    expect(other.asked).toEqual([])
    expect(printed).toMatch(/the simulator asks only the server it calls|Twilio would follow/)
  })
})
