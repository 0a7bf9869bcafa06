import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** With port 0 on any free port. Resolves with the port. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  // Node's own default is `::` where there is IPv6, and else 0.0.0.0. https://nodejs.org/api/net.html#serverlistenport-host-backlog-callback
  const at = host === '::' ? { port } : { port, host }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => resolve((server.address() as AddressInfo).port))
  })
}
