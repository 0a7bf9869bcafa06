/**
 * `strangers.ts PORT`: people who know the address of the webhooks and no auth token. Every second they bring 30 bodies of
 * 65 kB, with signatures of the right form that are wrong, up to the last byte; then all last bytes at once. Tells of every
 * round how often which status was answered; goes on until it is killed.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const [port = ''] = process.argv.slice(2)
const AT_ONCE = 30
const LENGTH = 65_000
const SIGNATURE = Buffer.alloc(20, 7).toString('base64')

/** Many small pairs, unsorted, and few large ones that are escaped throughout. */
const many = Array.from({ length: 8_000 }, (_, n) => `n${(n * 7_919) % 8_000}=x`)
const few = Array.from({ length: 150 }, (_, n) => `n${n}=${'%C3%A4'.repeat(70)}`)
const bodies = [many, few].map((pairs) =>
  pairs
    .join('&')
    .slice(0, LENGTH)
    .replace(/%.{0,5}$/, '')
    .padEnd(LENGTH, 'x'),
)

function opened(body: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1')
    const head = [
      'POST /voice/incoming HTTP/1.1',
      'host: localhost',
      'content-type: application/x-www-form-urlencoded',
      `content-length: ${LENGTH}`,
      `x-twilio-signature: ${SIGNATURE}`,
      'connection: close',
    ]
    socket.on('error', reject)
    socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`, () => resolve(socket))
  })
}

/** The status that comes, or `none` when the connection breaks. */
function finished(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.setEncoding('latin1').on('data', (data) => {
      text += data
    })
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 'none'))
    socket.write('x')
  })
}

for (;;) {
  const next = pause(1_000)
  const sockets = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => opened(bodies[n % bodies.length] ?? '')))
  const statuses: Record<string, number> = {}
  for (const status of await Promise.all(sockets.map(finished))) statuses[status] = (statuses[status] ?? 0) + 1
  process.send?.(statuses)
  await next
}
