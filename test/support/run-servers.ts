/** Servers of the whole run, which start when the first test asks for one (`test/run/servers.mjs`). */
import { once } from 'node:events'
import { createConnection } from 'node:net'

export type RunServer = 'postgres' | 'chromium'

/** Where it is: the folder of Postgres's socket, or the address of the browser. Throws why it could not be started. */
export async function askFor(server: RunServer): Promise<string> {
  const door = createConnection(process.env.TEST_SERVERS ?? '').setEncoding('utf8')
  let answer = ''
  door.on('data', (piece) => {
    answer += piece
  })
  door.write(server)
  await once(door, 'end')
  const { at, error } = JSON.parse(answer) as { at: string; error?: string }
  if (error !== undefined) throw new Error(error)
  return at
}
