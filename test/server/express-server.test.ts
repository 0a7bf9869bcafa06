import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import express from 'express'
import { createExpressServer } from '../../src/server/express-server.ts'
import { CONNECTIONS } from '../../src/server/serve.ts'

describe('a server of its own for Express', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.close()
  })

  async function listening(app: express.Express): Promise<string> {
    const made = createExpressServer(CONNECTIONS, (_request, response) => response.writeHead(503).end())
    server = made.server
    await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(made.server.address() as AddressInfo).port}`
    expect((await fetch(url)).status).toBe(503)
    made.serve(app)
    return url
  }

  it('hands it requests and answers that it leaves as they are, with all that Express adds', async () => {
    const app = express()
    const before: unknown[] = []
    const after: unknown[] = []
    app.get('/asked', (request, response) => {
      after.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response))
      response
        .type('text/plain')
        .send(`${request.path} ${request.query.of} ${request.get('x-word')} ${request.app === app}`)
    })
    const url = await listening(app)
    server?.prependListener('request', (request, response) => {
      before.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response))
    })
    const answer = await fetch(`${url}/asked?of=us`, { headers: { 'x-word': 'aloud' } })
    expect(await answer.text()).toBe('/asked us aloud true')
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(before).toHaveLength(2)
    expect(after[0]).toBe(before[0])
    expect(after[1]).toBe(before[1])
  })

  it('serves apps that are mounted in it', async () => {
    const inner = express()
    inner.get('/here', (request, response) => void response.json({ at: request.baseUrl, mine: request.app === inner }))
    const app = express().use('/below', inner)
    app.use((request, response) => void response.status(404).json({ mine: request.app === app }))
    const url = await listening(app)
    expect(await (await fetch(`${url}/below/here`)).json()).toEqual({ at: '/below', mine: true })
    expect(await (await fetch(`${url}/below/nothing`)).json()).toEqual({ mine: true })
  })
})
