/** What goes back over HTTP: a document, a refusal, or nothing. Imports its own folder. */
import type { Request, Response } from 'express'
import type { WebhookRefusal } from './admit.ts'

/** What goes back to Twilio: a document, or (null) nothing. `outcome` is the word for the log line. */
export interface WebhookAnswer {
  document: string | null
  outcome: string
  /** For the log line: the brand of the call, and the step that the caller is at now. */
  at?: { brand: string; step: string }
}

/** Senders who are not done get this long (ms) to read the answer: a connection closed on what it has not read is reset. */
const LINGER_MS = 500

export function send(request: Request, response: Response, done: WebhookAnswer | WebhookRefusal): void {
  if ('refused' in done) {
    response.writeHead(done.status, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(done.sentence),
      'cache-control': 'no-store',
      ...(done.status === 405 ? { allow: 'POST' } : {}),
      // The rest of a body that was not read must not be taken for the next request.
      ...(done.unread ? { connection: 'close' } : {}),
    })
    if (done.unread) endUnread(request, response, done.sentence)
    else response.end(done.sentence)
  } else if (done.document === null) {
    response.writeHead(204).end()
  } else {
    response.writeHead(200, {
      'content-type': 'text/xml; charset=utf-8',
      'content-length': Buffer.byteLength(done.document),
      'cache-control': 'no-store',
    })
    response.end(done.document)
  }
}

/** Answers at once, throws away what still comes, and closes. */
function endUnread(request: Request, response: Response, sentence: string): void {
  response.write(sentence)
  const end = (): void => {
    clearTimeout(late)
    response.end()
  }
  const late = setTimeout(end, LINGER_MS)
  request.once('end', end).once('close', end).resume()
}
