/** A line between browser and server that can be cut, and one that swallows everything without a word. */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

export interface Line {
  url: string
  /** Where it leads from now on. */
  leadTo(port: number): void
  /** Ends all connections and takes no more. */
  cut(): void
  /** Lets nothing through any more, and ends nothing; new connections are taken and come to nothing too. */
  fallSilent(): void
  /** Works again, for new connections. */
  restore(): void
  close(): Promise<void>
}

export async function openLine(port: number): Promise<Line> {
  let target = port
  let state: 'works' | 'cut' | 'silent' = 'works'
  const sockets = new Set<Socket>()

  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (data) => {
      if (state === 'works') to.write(data)
    })
    from.on('close', () => {
      if (state !== 'silent') to.destroy()
    })
  }
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((browser) => {
    keep(browser)
    if (state === 'cut') return browser.destroy()
    if (state === 'silent') return browser.resume()
    const there = connect(target, 'localhost')
    keep(there)
    pass(browser, there)
    pass(there, browser)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    leadTo(other) {
      target = other
    },
    cut() {
      state = 'cut'
      endAll()
    },
    fallSilent() {
      state = 'silent'
    },
    restore() {
      endAll()
      state = 'works'
    },
    async close() {
      endAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
