/** The server's own connections: who begins a request must also end it. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readConfig } from '../../src/config/config.ts'
import { CONNECTIONS, type Running, serve } from '../../src/server/serve.ts'
import { smallFolder } from '../flow/small-folder.ts'
import { type AnyStore, anyStore } from '../support/any-store.ts'
import { testSettings } from '../support/app.ts'
import { WAITED_MS } from '../support/hanging.ts'

describe('a request that is never finished', () => {
  let running: Running
  let store: AnyStore
  beforeAll(async () => {
    store = await anyStore()
    const config = readConfig({
      ...testSettings,
      DATABASE_URL: store.url,
      FLOWS_DIR: smallFolder(),
      LOG_LEVEL: 'error',
    })
    running = await serve(
      { ...config, port: 0 },
      {
        noticeMs: 0,
      },
    )
  })
  afterAll(async () => {
    await running.stop()
    await store.drop()
  })

  /** Sends the beginning, then a byte of `rest` every second; resolves with what came when the server ends it. */
  function trickle(beginning: string, rest: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = ''
      const socket = connect(running.port, '127.0.0.1', () => socket.write(beginning))
      const drops = setInterval(() => socket.write(rest), 1_000)
      const late = setTimeout(() => socket.destroy(new Error('The server still waits.')), WAITED_MS)
      socket.setEncoding('latin1').on('data', (data) => {
        text += data
      })
      let broken: Error | null = null
      socket.on('error', (error) => {
        broken = error
      })
      socket.on('close', () => {
        clearInterval(drops)
        clearTimeout(late)
        if (broken && text === '') reject(broken)
        else resolve(text)
      })
    })
  }

  it('is ended after 15 s, in its headers and in its body', async () => {
    const signature = Buffer.alloc(20).toString('base64')
    const head = 'POST /voice/incoming HTTP/1.1\r\nhost: localhost\r\n'
    const body = `x-twilio-signature: ${signature}\r\ncontent-length: 60000\r\n\r\n`
    const ends = await Promise.all([trickle(head, 'x'), trickle(head + body, 'a')])
    for (const end of ends) expect(end).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('is looked for often enough for that, while idle connections are kept for proxies', () => {
    const { headersTimeout, requestTimeout, connectionsCheckingInterval, keepAliveTimeout } = CONNECTIONS
    expect([headersTimeout, requestTimeout]).toEqual([15_000, 15_000])
    expect(connectionsCheckingInterval).toBeLessThanOrEqual(1_000)
    expect(keepAliveTimeout).toBeGreaterThan(60_000)
  })
})
