/**
 * The least that can send requests over HTTP/1.1, so that the generator is not what limits the server: keep-alive
 * connections, one request at a time on each, bodies of known length.
 */
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  body: string
}

export interface Connection {
  post(path: string, body: string, signature: string): Promise<Answer>
  close(): void
}

interface Waiting {
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** Only against hanging (milliseconds): nothing that the bench asks for takes this long, on however busy a machine. */
const HANGING_MS = 120_000

export function openConnection(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => resolve(over(socket, port)))
  })
}

function over(socket: Socket, port: number): Connection {
  let waiting: Waiting | null = null
  let received = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const answer = answerIn(received)
    if (answer === null) return
    received = Buffer.alloc(0)
    const { resolve } = waiting ?? { resolve() {} }
    waiting = null
    resolve(answer)
  })
  socket.setTimeout(HANGING_MS, () => socket.destroy())
  socket.on('close', () => waiting?.reject(new Error('the server closed a connection')))
  return {
    post(path, body, signature) {
      return new Promise((resolve, reject) => {
        if (socket.destroyed) reject(new Error('the server has closed this connection'))
        waiting = { resolve, reject }
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n` +
            'Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nX-Home-Region: us1\r\n' +
            `X-Twilio-Signature: ${signature}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        )
      })
    },
    close: () => socket.destroy(),
  }
}

/** The answer, or null when not all of it is there yet. */
function answerIn(received: Buffer): Answer | null {
  const head = received.indexOf('\r\n\r\n')
  if (head < 0) return null
  const headers = received.toString('latin1', 0, head)
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(headers)?.[1] ?? 0)
  const end = head + 4 + length
  return received.length < end
    ? null
    : { status: Number(headers.slice(9, 12)), body: received.toString('utf8', head + 4, end) }
}
