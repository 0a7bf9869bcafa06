/** Who may ask a server that is only tried out: this machine, under its own name, with nobody in between. */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { isLoopback } from '../config/tryout.ts'

/** Headers with which proxies and tunnels tell who asks through them: RFC 7239, RFC 9110 section 7.6.3, and what came before. */
const FORWARDED = /^(forwarded|via|x-forwarded(-.+)?|x-original-.+|x-real-ip|(.+-)?client-ip|cf-.+)$/

/** The host name in a Host header, with its brackets, and nothing that only a URL may have. */
const HOST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?$/

/**
 * The sender's address keeps other machines out; the name keeps out pages of the web whose own name was made to lead here
 * (DNS rebinding); headers and the version keep out proxies and tunnels on this machine that say what they are, or speak
 * HTTP/1.0 as nginx does without further settings. One that hides itself cannot be told from a browser here.
 */
export function isFromThisMachine({
  headers,
  socket,
  httpVersion,
}: Pick<IncomingMessage, 'headers' | 'socket' | 'httpVersion'>): boolean {
  const [, name = ''] = HOST.exec(headers.host ?? '') ?? []
  const isDirect = httpVersion !== '1.0' && !Object.keys(headers).some((header) => FORWARDED.test(header))
  return isLoopback(socket.remoteAddress ?? '') && isLoopback(name) && isDirect
}

/** Refuses everybody else. */
export function thisMachineOnly(): RequestHandler {
  return (request, response, next) => {
    if (isFromThisMachine(request)) return next()
    response.status(403).type('text/plain').send('This is a try-out: open it on the machine itself, on localhost.\n')
  }
}
