/** A proxy that serves a path of its host, as operators have them: it takes the path off, and passes everything on. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface PathProxy {
  /** With the path: `http://localhost:4711/hotline`. */
  url: string
  /** What was asked for beside the path, where nobody answers; each once. */
  beside(): string[]
  /** Where it leads from now on. */
  leadTo(port: number): void
  close(): Promise<void>
}

/** @param path with a slash before it and none behind. */
export async function openPathProxy(path: string): Promise<PathProxy> {
  const beside = new Set<string>()
  let target = 0

  function pass(incoming: IncomingMessage, answer: ServerResponse, below: string): void {
    const { method, headers } = incoming
    const outgoing = request(
      { host: '127.0.0.1', port: target, path: below, method, headers, agent: false },
      (given) => {
        answer.writeHead(given.statusCode ?? 502, given.rawHeaders)
        given.pipe(answer)
      },
    )
    outgoing.on('error', () => answer.destroy())
    answer.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }

  const server = createServer((incoming, answer) => {
    const { url = '/' } = incoming
    if (url.startsWith(`${path}/`)) return pass(incoming, answer, url.slice(path.length))
    if (url === path) return void answer.writeHead(301, { location: `${path}/` }).end()
    beside.add(url)
    answer.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}${path}`,
    beside: () => [...beside],
    leadTo(port) {
      target = port
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
