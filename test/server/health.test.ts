import { Agent, createServer, get as httpGet } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import type { LogFields } from '../../src/seams/log.ts'
import { createHealth, drain, type HealthStore, healthRoutes } from '../../src/server/health.ts'

const works = { ping: async () => {} }
const broken = { ping: async () => Promise.reject(new Error('secret host refused')) }
const hangs = { ping: () => new Promise<void>(() => {}) }

const own = (store: HealthStore['store']): HealthStore => ({ store, shared: false })
const shared = (store: HealthStore['store']): HealthStore => ({ store, shared: true })

function app(stores: Record<string, HealthStore>) {
  const alarms: string[] = []
  const note =
    (level: string) =>
    ({ store }: LogFields): void => {
      alarms.push(`${level} ${store}`)
    }
  const health = createHealth(stores, { error: note('error'), info: note('info') }, 20)
  return { health, alarms, server: express().use(healthRoutes(health)) }
}

describe('health', () => {
  it('is ready when every store answers', async () => {
    const answer = await request(app({ database: own(works), live: shared(works) }).server).get('/health/ready')
    expect([answer.status, answer.body]).toEqual([
      200,
      { ready: true, degraded: false, draining: false, stores: { database: 'ok', live: 'ok' } },
    ])
  })

  it.each([
    ['refuses', broken],
    ['does not answer', hangs],
  ])('is not ready when a store of its own %s, but lives, and says no more than its name', async (_how, store) => {
    const { server } = app({ database: shared(works), live: own(store) })
    const answer = await request(server).get('/health/ready')
    expect([answer.status, answer.body]).toEqual([
      503,
      { ready: false, degraded: false, draining: false, stores: { database: 'ok', live: 'down' } },
    ])
    expect((await request(server).get('/health/live')).status).toBe(200)
  })

  it.each([
    ['refuses', broken],
    ['does not answer', hangs],
  ])('is degraded, with one alarm, when a store that others share %s, until it is back', async (_how, store) => {
    let now: HealthStore['store'] = store
    const { server, alarms } = app({ database: shared({ ping: () => now.ping() }), live: shared(works) })
    for (let times = 0; times < 3; times++) {
      const answer = await request(server).get('/health/ready')
      expect([answer.status, answer.body]).toEqual([
        200,
        { ready: true, degraded: true, draining: false, stores: { database: 'down', live: 'ok' } },
      ])
    }
    expect(alarms).toEqual(['error database'])
    now = works
    expect((await request(server).get('/health/ready')).body).toMatchObject({ ready: true, degraded: false })
    expect(alarms).toEqual(['error database', 'info database'])
  })

  it('is ready when a store has answered and we were too busy to hear it', async () => {
    const { health } = app({ database: own({ ping: () => new Promise((resolve) => setImmediate(resolve)) }) })
    const ready = await new Promise((resolve) => {
      setImmediate(() => {
        resolve(health.ready())
        for (const late = performance.now() + 40; performance.now() < late; );
      })
    })
    expect(ready).toMatchObject({ ready: true })
  })

  it('is not ready while it drains', async () => {
    const { health, server } = app({ database: own(works) })
    health.startDraining()
    const answer = await request(server).get('/health/ready')
    expect([answer.status, answer.body.draining]).toEqual([503, true])
  })
})

describe('draining', () => {
  async function running(handle: express.RequestHandler) {
    const { health } = app({})
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
