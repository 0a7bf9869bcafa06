/** A try-out answers this machine alone. Real connections where the machine has another address; made-up ones for the rest. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express from 'express'
import { isFromThisMachine, thisMachineOnly } from '../../src/http/own-machine.ts'

function asks(remoteAddress: string | undefined, headers: IncomingHttpHeaders, httpVersion = '1.1'): boolean {
  return isFromThisMachine({ headers, httpVersion, socket: { remoteAddress } as IncomingMessage['socket'] })
}

describe('a request', () => {
  it.each(['localhost', 'localhost:3000', 'LOCALHOST', '127.0.0.1:3000', '[::1]:3000', '[::1]'])(
    'from this machine to %s is answered',
    (host) => {
      for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect(asks(address, { host })).toBe(true)
    },
  )

  it.each(['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7', '', undefined])(
    'from %j is refused, whatever it calls us',
    (address) => {
      for (const host of ['localhost', '127.0.0.1', '[::1]']) expect(asks(address, { host })).toBe(false)
    },
  )

  it.each([
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    'evil@localhost',
    'localhost/evil',
    'localhost:x',
    '192.0.2.7',
    '',
    undefined,
  ])('to %j is refused, for that name was made to lead here', (host) =>
    expect(asks('127.0.0.1', host === undefined ? {} : { host })).toBe(false),
  )

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded',
    'x-original-host',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
  ])('with %s came through somebody in between, and is refused', (header) =>
    expect(asks('127.0.0.1', { host: 'localhost', [header]: '127.0.0.1' })).toBe(false),
  )

  it('in HTTP/1.0, as a proxy asks that has only been told where to, is refused', () => {
    expect(asks('127.0.0.1', { host: 'localhost:3000', connection: 'close' }, '1.0')).toBe(false)
  })
})

const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

describe('a server on every address', () => {
  let port = 0
  let close: () => void = () => {}
  beforeAll(async () => {
    const listening = express()
      .use(thisMachineOnly(), (_request, response) => void response.send('here'))
      .listen(0, '0.0.0.0')
    await new Promise((resolve) => listening.once('listening', resolve))
    port = (listening.address() as AddressInfo).port
    close = () => listening.close()
  })
  afterAll(() => close())

  function statusOf(address: string, headers: Record<string, string> = {}): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request({ host: address, port, headers: { host: 'localhost', ...headers }, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
  }

  it('answers on loopback, and there only who asks directly and by that name', async () => {
    expect(await statusOf('127.0.0.1')).toBe(200)
    expect(await statusOf('127.0.0.1', { host: 'evil.example' })).toBe(403)
    expect(await statusOf('127.0.0.1', { 'X-Forwarded-For': '192.0.2.7' })).toBe(403)
  })

  const name = 'refuses who comes over the network and says localhost'
  if (elsewhere === undefined) it.skip(`${name} (skipped: this machine has no other address)`, () => {})
  else it(name, async () => expect(await statusOf(elsewhere)).toBe(403))
})
