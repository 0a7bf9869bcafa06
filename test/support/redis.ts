/**
 * A real Redis for tests: Debian's redis-server in the system's temporary folder, on a unix socket, keeping nothing. It ends
 * with the test process whatever happens to that, because it hangs on a pipe from it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { WAITED_MS } from './hanging.ts'

/** The last of a cluster's slots. */
export const SLOTS = 16_383

export interface TestRedis {
  /** For `openRedis`: the path of the socket, or redis:// for a cluster. */
  url: string
  /** The file with the certificate of its own CA, where it speaks TLS. */
  ca?: string
  /** A plain connection, closed by `stop`. */
  direct: Redis
  /** Forgets all. */
  flush(): Promise<unknown>
  /** kill -9. What it held is lost. */
  kill(): Promise<void>
  /** After `kill`: a new server at the same address, empty but where it `keeps`. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Why there is no real Redis, or null when there is one. */
export function redisMissing(): string | null {
  const there = (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, 'redis-server')))
  return there ? null : 'no redis-server on the PATH; apt-get install redis-server'
}

/** `tls`: its address is `rediss://`, with a certificate of a CA of its own (`ca`). `keeps`: what it is told survives `kill`, as with `appendonly yes`. `cluster`: one node that has all slots. It checks the keys of every script as a cluster of many does. `more`: settings as on the command line. */
export async function startRedis(
  options: { cluster: boolean; keeps?: boolean; tls?: boolean; more?: string[] } = { cluster: false },
): Promise<TestRedis> {
  const missing = redisMissing()
  if (missing !== null) throw new Error(`The real Redis is required here, but there is ${missing}`)
  const dir = mkdtempSync(join(tmpdir(), 'rufpass-redis-'))
  const socket = join(dir, 'r.sock')
  const port = options.cluster ? await freePort() : 0
  const busPort = options.cluster ? await freePort() : 0
  const settings = [
    '--port',
    `${port}`,
    '--unixsocket',
    socket,
    '--save',
    '',
    '--appendonly',
    options.keeps ? 'yes' : 'no',
    // DUMP as it is: compressed, the end of a longer number stands by itself, and is taken for digits that were keyed.
    '--rdbcompression',
    'no',
    '--dir',
    dir,
  ]
  // A node that has never met another does not know its own address.
  const cluster = `--cluster-enabled yes --cluster-port ${busPort} --bind 127.0.0.1 --cluster-announce-ip 127.0.0.1`
  if (options.cluster) settings.push(...cluster.split(' '))
  const tls = options.tls ? await ownTls(dir) : null
  if (tls) settings.push(...tls.settings)

  settings.push(...(options.more ?? []))

  let server = launch(dir, settings)
  const direct = new Redis(socket, { maxRetriesPerRequest: null, retryStrategy: () => 5 })
  direct.on('error', () => {})
  await answering(direct)
  if (options.cluster) {
    await direct.call('CLUSTER', 'ADDSLOTSRANGE', 0, SLOTS)
    await until(async () => String(await direct.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
  }
  return {
    url: tls ? `rediss://localhost:${tls.port}` : options.cluster ? `redis://127.0.0.1:${port}` : socket,
    ...(tls ? { ca: tls.ca } : {}),
    direct,
    flush: () => direct.flushall(),
    kill: () => ended(server, 'keep\n'),
    async start() {
      server = launch(dir, settings)
      await answering(direct)
    },
    async stop() {
      direct.disconnect()
      await ended(server, '')
    },
  }
}

/** A CA that nobody knows, and what a server needs to speak TLS by it. */
async function ownTls(dir: string): Promise<{ port: number; ca: string; settings: string[] }> {
  const port = await freePort()
  const file = (name: string): string => join(dir, name)
  const openssl = (...words: string[]): void => void execFileSync('openssl', words, { cwd: dir, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  openssl('req', '-x509', ...key, '-keyout', file('ca.key'), '-out', file('ca.crt'), '-subj', '/CN=a CA of our own')
  const signed = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-addext', 'subjectAltName=DNS:localhost']
  openssl('req', '-x509', ...key, '-keyout', file('r.key'), '-out', file('r.crt'), '-subj', '/CN=localhost', ...signed)
  const files = [
    '--tls-cert-file',
    file('r.crt'),
    '--tls-key-file',
    file('r.key'),
    '--tls-ca-cert-file',
    file('ca.crt'),
  ]
  return { port, ca: file('ca.crt'), settings: ['--tls-port', `${port}`, ...files, '--tls-auth-clients', 'no'] }
}

export function launch(dir: string, settings: string[]): ChildProcess {
  const script = 'redis-server "$@" & redis=$!; read keep; kill -9 $redis; [ -n "$keep" ] || rm -rf "$PWD"'
  return spawn('/bin/sh', ['-c', script, 'sh', ...settings], { cwd: dir, stdio: ['pipe', 'ignore', 'ignore'] })
}

/** The shell that holds the server ends when its input does, or at once with a line. */
export function ended(server: ChildProcess, line: string): Promise<void> {
  if (server.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.stdin?.end(line)
  })
}

const answering = (redis: Redis): Promise<void> => until(async () => (await redis.ping()) === 'PONG')

/** Tries again every few milliseconds until it is true. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  const late = Date.now() + WAITED_MS
  while (!(await check().catch(() => false))) {
    if (Date.now() > late) throw new Error('What the test waits for did not happen.')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
