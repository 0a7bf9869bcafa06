/** What stands between us and a Postgres in a real network, and breaks connections: with a reset (RST), as firewalls do. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestPostgres } from './postgres.ts'

export interface PostgresProxy {
  /** The address of a database by this way. */
  urlOf(directUrl: string): string
  /** Resolves when the next connection has been asked for. */
  connected(): Promise<void>
  /** How many connections stand. */
  connections(): number
  /** Resets all of them. */
  reset(): void
  /**
   * Resets all of them in the middle of a statement: as soon as the `nth` piece that contains `text` has gone to the server,
   * and before it can answer. Resolves when that has happened.
   */
  resetAfter(text: string, nth?: number): Promise<void>
  /** From now on each answer comes so much later, ms. */
  delay(ms: number): void
  /** From now on new connections lead to the server with this socket; those that stand are reset. */
  leadTo(socket: string): void
  /** From now on nothing goes through those that stand, and no word is said of it, as behind a firewall that forgot them. */
  swallow(): void
  close(): Promise<void>
}

export async function startPostgresProxy({ socket }: TestPostgres): Promise<PostgresProxy> {
  let target = socket
  let lateMs = 0
  const standing = new Map<Socket, Socket>()
  const swallowed = new WeakSet<Socket>()
  let wanted: { text: string; left: number; done: () => void } | null = null

  function reset(): void {
    for (const [client, server] of standing) {
      client.resetAndDestroy()
      server.destroy()
    }
    standing.clear()
  }

  function isTheOne(piece: Buffer): boolean {
    if (wanted === null || !piece.includes(wanted.text)) return false
    wanted.left -= 1
    return wanted.left === 0
  }

  const listening = createServer((client) => {
    const server = connect(target)
    standing.set(client, server)
    const end = (): void => {
      standing.delete(client)
      client.destroy()
      server.destroy()
    }
    for (const side of [client, server]) side.on('error', end).on('close', end)
    server.on('data', (piece) => {
      if (swallowed.has(client)) return
      if (lateMs > 0) setTimeout(() => client.write(piece), lateMs)
      else client.write(piece)
    })
    client.on('data', (piece) => {
      if (swallowed.has(client)) return
      server.write(piece)
      if (!isTheOne(piece)) return
      reset()
      wanted?.done()
      wanted = null
    })
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as AddressInfo

  return {
    urlOf: (directUrl) => `postgres://postgres@127.0.0.1:${port}${/\/[^/?]+(?=\?)/.exec(directUrl)?.[0]}`,
    connected: () => new Promise((resolve) => listening.once('connection', () => resolve())),
    connections: () => standing.size,
    reset,
    resetAfter: (text, nth = 1) =>
      new Promise((done) => {
        wanted = { text, left: nth, done }
      }),
    delay(ms) {
      lateMs = ms
    },
    leadTo(other) {
      target = other
      reset()
    },
    swallow() {
      for (const client of standing.keys()) swallowed.add(client)
    },
    close() {
      for (const client of standing.keys()) client.destroy()
      return new Promise((resolve) => listening.close(() => resolve()))
    },
  }
}
