/**
 * A server whose requests and answers are Express's own before it sees them. Express gives each of them its prototype when it
 * comes (`app.request`, `app.response`), and V8 leaves its fast ways for an object whose prototype is changed: that costs more than
 * all routing. What has the prototype already is left as it is.
 */
import { createServer, IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http'
import type { Express } from 'express'

type Options = Pick<Server, 'keepAliveTimeout' | 'headersTimeout' | 'requestTimeout'> & {
  connectionsCheckingInterval: number
}

/**
 * @param notYet answers until `serve` is called.
 * @returns `serve`: from now on this app answers, and no other ever does. Its settings and routes are as ever.
 */
export function createExpressServer(
  options: Options,
  notYet: RequestListener,
): { server: Server; serve(app: Express): void } {
  class OwnRequest extends IncomingMessage {}
  class OwnResponse extends ServerResponse<IncomingMessage> {}
  const server = createServer({ ...options, IncomingMessage: OwnRequest, ServerResponse: OwnResponse }, notYet)
  return {
    server,
    serve(app) {
      Object.setPrototypeOf(OwnRequest.prototype, app.request)
      Object.setPrototypeOf(OwnResponse.prototype, app.response)
      app.request = OwnRequest.prototype as typeof app.request
      app.response = OwnResponse.prototype as typeof app.response
      server.off('request', notYet).on('request', app)
    },
  }
}
