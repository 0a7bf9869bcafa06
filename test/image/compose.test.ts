/** compose.yaml: no secret of ours in it, and its Redis is started as it says and as docs/operating.md sets it up, without Docker. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Redis } from 'ioredis'
import { parse } from 'yaml'
import { parseEnvFile } from '../../src/config/env-file.ts'
import { freshKeys } from '../../src/config/keys.ts'
import { misspelt } from '../../src/config/misspelt.ts'
import { lookIntoRedis } from '../../src/live/look-into.ts'
import { openRedis } from '../../src/live/redis.ts'
import { freePort } from '../support/free-port.ts'
import { describeServers } from '../support/live-stores.ts'
import { until } from '../support/redis.ts'
import { SEALING } from '../support/sealing.ts'

interface Service {
  environment: Record<string, string>
  command?: string[]
  healthcheck: { test: string[] }
  ports?: string[]
}

const text = readFileSync('compose.yaml', 'utf8')
const home = mkdtempSync(join(tmpdir(), 'rufpass-compose-'))
afterAll(() => rmSync(home, { recursive: true }))

/** What docs/operating.md has people do before `docker compose up`, done here. */
function setUp(): Record<string, string | undefined> {
  const [, commands = ''] = /^## Docker\n\n```\n(.*?)^```/ms.exec(readFileSync('docs/operating.md', 'utf8')) ?? []
  const [last = '', ...before] = commands.trim().split('\n').reverse()
  expect(last).toBe('docker compose up -d --build')
  cpSync('.env.example', join(home, '.env.example'))
  const keys = Object.entries(freshKeys()).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(home, 'keys'), keys.join(''))
  // The command itself is tried in test/cli.
  const npx = 'npx() { [ "$*" = "rufpass keys new" ] && cat keys; }'
  execFileSync('/bin/sh', ['-ec', [npx, ...before.reverse()].join('\n')], { cwd: home })
  return parseEnvFile(readFileSync(join(home, '.env')))
}

/** As compose does it: `${NAME:?…}` is needed, `$$` is a dollar. */
function interpolated(value: string, environment: Record<string, string | undefined>): string {
  return value.replace(/\$(\$|\{([A-Z_]+):\?[^}]*\})/g, (_whole, what: string, name: string) => {
    if (what === '$') return '$'
    const set = environment[name]
    if (!set) throw new Error(`${name} is not set`)
    return set
  })
}

describe('compose.yaml', () => {
  const { services } = parse(text) as { services: Record<string, Service> }

  it('has no password in it, and starts nothing without one', () => {
    const needed = [...text.matchAll(/\$\{([A-Z_]*PASSWORD)([^}]*)\}/g)]
    expect(new Set(needed.map(([, name]) => name))).toEqual(new Set(['POSTGRES_PASSWORD', 'REDIS_PASSWORD']))
    // Neither a default (`:-`) nor nothing at all.
    for (const [, name, rest] of needed) expect([name, rest?.slice(0, 2)]).toEqual([name, ':?'])
    expect(needed).toHaveLength(4)
    expect(services.rufpass?.environment.REDIS_URL).toMatch(/^redis:\/\/:\$\{REDIS_PASSWORD:\?[^}]+\}@redis$/)
    for (const [name, { ports = [] }] of Object.entries(services))
      expect([name, ports.filter((port) => !port.startsWith('127.0.0.1:'))]).toEqual([name, []])
    expect(services.redis?.ports).toBeUndefined()
  })

  it('gets all that it needs by the commands of docs/operating.md, in a file of the owner alone', () => {
    const environment = setUp()
    for (const [, name = ''] of text.matchAll(/\$\{([A-Z_]+):\?/g))
      expect([name, environment[name]]).toEqual([name, expect.stringMatching(/^[0-9a-f]{64}$/)])
    expect(environment.REDIS_PASSWORD).not.toBe(environment.POSTGRES_PASSWORD)
    expect(environment.SUBJECT_KEY).toMatch(/=$/)
    expect(statSync(join(home, '.env')).mode & 0o777).toBe(0o600)
    expect(misspelt([], Object.keys(environment))).toEqual([])
  })

  describeServers(
    'its Redis',
    async () => ({ stop: async () => {} }),
    () => {
      const redis = services.redis as Service
      let environment: Record<string, string | undefined>
      let server: ChildProcess
      let port = 0
      const password = (): string => environment.REDIS_PASSWORD ?? ''

      beforeAll(async () => {
        environment = setUp()
        port = await freePort()
        // That of the image goes on as the user of Redis, in /data; here the port is ours, too.
        const entry = join(home, 'docker-entrypoint.sh')
        writeFileSync(entry, `#!/bin/sh\nexec "$@" --port ${port} --bind 127.0.0.1 --dir ${home}\n`)
        chmodSync(entry, 0o755)
        const [shell = '', ...given] = redis.command?.map((each) => interpolated(each, environment)) ?? []
        server = spawn(shell, given, { env: inside(), stdio: 'ignore' })
        await until(async () => (await lookIntoRedis(`redis://127.0.0.1:${port}`)).kind !== 'open' && isHealthy())
      })
      afterAll(async () => {
        const over = new Promise((resolve) => server.once('exit', resolve))
        server.kill()
        await over
      })

      function inside(over: Record<string, string> = {}): NodeJS.ProcessEnv {
        const set = Object.entries(redis.environment).map(([name, value]) => [name, interpolated(value, environment)])
        return { PATH: `${home}:${process.env.PATH}`, ...Object.fromEntries(set), ...over }
      }

      function isHealthy(over?: Record<string, string>): boolean {
        const [kind, command = ''] = redis.healthcheck.test
        expect(kind).toBe('CMD-SHELL')
        const asked = command.replaceAll('redis-cli', `redis-cli -p ${port}`)
        return spawnSync('/bin/sh', ['-c', asked], { env: inside(over) }).status === 0
      }

      it('lets those in who have the password of .env, and nobody else', async () => {
        const url = interpolated(services.rufpass?.environment.REDIS_URL ?? '', environment).replace(
          /@redis$/,
          `@127.0.0.1:${port}`,
        )
        const live = await openRedis(url, SEALING)
        await live.ping()
        await live.close()
        await expect(openRedis(url.replace(/:[^:@]+@/, '@'), SEALING)).rejects.toThrow('wants a password')
        await expect(openRedis(url.replace(password(), 'x'), SEALING)).rejects.toThrow('refuses the password')
        expect([isHealthy(), isHealthy({ REDISCLI_AUTH: 'x' })]).toEqual([true, false])
      })

      it('throws nothing away, writes what it has to disk, and has one database', async () => {
        const direct = new Redis({ port, host: '127.0.0.1', password: password() })
        const of = async (name: string): Promise<unknown> => ((await direct.config('GET', name)) as string[])[1]
        expect([await of('maxmemory-policy'), await of('appendonly'), await of('databases')]).toEqual([
          'noeviction',
          'yes',
          '1',
        ])
        direct.disconnect()
        expect(await lookIntoRedis(`redis://:${password()}@127.0.0.1:${port}`)).toMatchObject({
          evicts: 'noeviction',
          isKept: true,
          isOpen: false,
        })
      })

      it('shows the password in no list of processes', () => {
        const shown = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')
        expect(shown).toContain('redis-server')
        expect(shown).not.toContain(password())
      })

      it('ends when it is told to', () => {
        // The shell has become the server: nothing stands between it and the signal.
        expect(readFileSync(`/proc/${server.pid}/comm`, 'utf8')).toBe('redis-server\n')
      })
    },
  )
})
