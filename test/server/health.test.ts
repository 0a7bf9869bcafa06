import { Agent, createServer, get as httpGet } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { createHealth, drain, healthRoutes } from '../../src/server/health.ts'

const works = { ping: async () => {} }
const broken = { ping: async () => Promise.reject(new Error('secret host refused')) }
const hangs = { ping: () => new Promise<void>(() => {}) }

function app(stores: Parameters<typeof createHealth>[0]) {
  const health = createHealth(stores, 20)
  return { health, server: express().use(healthRoutes(health)) }
}

describe('health', () => {
  it('is ready when every store answers', async () => {
    const answer = await request(app({ database: works, live: works }).server).get('/health/ready')
    expect([answer.status, answer.body]).toEqual([
      200,
      { ready: true, draining: false, stores: { database: 'ok', live: 'ok' } },
    ])
  })

  it.each([
    ['refuses', broken],
    ['does not answer', hangs],
  ])('is not ready when a store %s, but lives, and says no more than its name', async (_how, store) => {
    const { server } = app({ database: works, live: store })
    const answer = await request(server).get('/health/ready')
    expect([answer.status, answer.body]).toEqual([
      503,
      { ready: false, draining: false, stores: { database: 'ok', live: 'down' } },
    ])
    expect((await request(server).get('/health/live')).status).toBe(200)
  })

  it('is ready when a store has answered and we were too busy to hear it', async () => {
    const health = createHealth({ database: { ping: () => new Promise((resolve) => setImmediate(resolve)) } }, 20)
    const ready = await new Promise((resolve) => {
      setImmediate(() => {
        resolve(health.ready())
        for (const late = performance.now() + 40; performance.now() < late; );
      })
    })
    expect(ready).toMatchObject({ ready: true })
  })

  it('is not ready while it drains', async () => {
    const { health, server } = app({ database: works })
    health.startDraining()
    const answer = await request(server).get('/health/ready')
    expect([answer.status, answer.body.draining]).toEqual([503, true])
  })
})

describe('draining', () => {
  async function running(handle: express.RequestHandler) {
    const health = createHealth({})
    const server = createServer(express().use(healthRoutes(health)).get('/work', handle))
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const agent = new Agent({ keepAlive: true })
    const { port } = server.address() as AddressInfo
    const fetched = (path: string) =>
      new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
        httpGet({ port, path, agent }, (response) => {
          response.resume().on('end', () => {
            resolve({ status: response.statusCode ?? 0, connection: response.headers.connection })
          })
        }).on('error', reject)
      })
    return { health, server, fetched, agent }
  }

  it('finishes what runs, is not ready meanwhile, ends kept connections, and then closes the stores in order', async () => {
    const order: string[] = []
    let finish = (): void => {}
    let begun = (): void => {}
    const working = new Promise<void>((resolve) => {
      begun = resolve
    })
    const { health, server, fetched, agent } = await running((_request, response) => {
      finish = () => {
        order.push('answered')
        response.send('done')
      }
      begun()
    })
    const work = fetched('/work')
    await fetched('/health/live')
    await working
    const closing = (name: string, fails = false) => ({
      async close() {
        order.push(name)
        if (fails) throw new Error(name)
      },
    })
    const drained = drain(server, {
      health,
      closables: [closing('live', true), closing('database')],
      noticeMs: 30,
      graceMs: 5_000,
    })
    expect(await fetched('/health/ready')).toEqual({ status: 503, connection: 'close' })
    finish()
    expect((await work).status).toBe(200)
    expect(await drained).toEqual([expect.objectContaining({ message: 'live' })])
    expect(order).toEqual(['answered', 'live', 'database'])
    agent.destroy()
  })

  it('does not wait for ever for a request that hangs', async () => {
    const { health, server, fetched, agent } = await running(() => {})
    const hanging = fetched('/work').catch((error: NodeJS.ErrnoException) => error.code)
    await fetched('/health/live')
    expect(await drain(server, { health, closables: [], noticeMs: 0, graceMs: 50 })).toEqual([])
    expect(await hanging).toBe('ECONNRESET')
    agent.destroy()
  })
})
