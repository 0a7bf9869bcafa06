/** What lies between us and a Redis: holds back what it answers, cuts connections, and leads to another server. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './redis.ts'

export interface RedisProxy {
  /** For `openRedis`. */
  url: string
  /** New connections lead to the server at this path; those that stand stay where they are. */
  leadTo(path: string): void
  /** From now on no answer comes back. The function given lets all of them through. */
  holdAnswers(): () => void
  /** Resolves when scripts and reads were asked for so many times since the last `holdAnswers`. */
  asked(times: number): Promise<void>
  /** Ends every connection. */
  cut(): void
  /** Ends the next connection on which this command is asked, before it is passed on. The function given says whether that was done. */
  cutAt(command: string): () => boolean
  /** From now on nothing goes through those that stand, and no word is said of it, as behind a firewall that forgot them. */
  swallow(): void
  /** The same, of those alone that have asked to hear something. */
  swallowListeners(): void
  close(): Promise<void>
}

export async function startRedisProxy(path: string): Promise<RedisProxy> {
  const dir = mkdtempSync(join(tmpdir(), 'rufpass-proxy-'))
  const url = join(dir, 'p.sock')
  const ends = new Set<Socket>()
  const swallowed = new WeakSet<Socket>()
  const listeners = new Set<Socket>()
  let target = path
  let held: (() => void)[] | null = null
  let requests = ''
  let trap: RegExp | null = null

  const server = createServer((client) => {
    const redis = connect(target)
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      ends.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        ends.delete(one)
        other.destroy()
      })
    }
    client.on('data', (chunk) => {
      if (swallowed.has(client)) return
      if (trap?.test(chunk.toString('latin1'))) {
        client.destroy()
        trap = null
        return
      }
      if (/\r\nsubscribe\r\n/i.test(chunk.toString('latin1'))) listeners.add(client)
      requests += chunk.toString('latin1')
      redis.write(chunk)
    })
    redis.on('data', (chunk) => {
      if (swallowed.has(client)) return
      const pass = (): void => void client.write(chunk)
      if (held === null) pass()
      else held.push(pass)
    })
  })
  await new Promise<void>((resolve) => server.listen(url, resolve))

  return {
    url,
    leadTo(other) {
      target = other
    },
    holdAnswers() {
      held ??= []
      requests = ''
      return () => {
        for (const pass of held ?? []) pass()
        held = null
      }
    },
    asked: (times) => until(async () => (requests.match(/\r\n(evalsha|hget)\r\n/gi) ?? []).length >= times),
    cut() {
      for (const socket of ends) socket.destroy()
    },
    cutAt(command) {
      const mine = new RegExp(`\\r\\n${command}\\r\\n`, 'i')
      trap = mine
      return () => trap !== mine
    },
    swallow() {
      for (const socket of ends) swallowed.add(socket)
    },
    swallowListeners() {
      for (const socket of listeners) swallowed.add(socket)
    },
    async close() {
      for (const socket of ends) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
