import { get, type IncomingMessage } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type DeskView, deskView } from '../../src/floor/view.ts'
import type { Database } from '../../src/store/database.ts'
import { openAnyStore } from '../support/any-store.ts'
import { WAITED_MS } from '../support/hanging.ts'
import { type Holder, openDesk, type TestDesk } from './fixture.ts'

let database: Database
let desk: TestDesk
let anna: Holder
beforeAll(async () => {
  database = await openAnyStore()
})
beforeEach(async () => {
  desk = await openDesk(database)
  anna = await desk.signIn('anna')
})
afterEach(() => desk.close())
afterAll(() => database.close())

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until it is so; the test fails when it never is. */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + WAITED_MS; !isSo(); await pause(10))
    if (performance.now() > end) throw new Error(`It did not come to this: ${isSo}`)
}

/** What an EventSource would see. */
async function listen({ cookie }: Pick<Holder, 'cookie'>, query = '') {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${desk.base}/desk/api/stream${query}`, { headers: { cookie, accept: 'text/event-stream' } }, resolve).on(
      'error',
      reject,
    )
  })
  let text = ''
  let ended = false
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  response.on('end', () => {
    ended = true
  })
  response.on('error', () => {})
  const all = (): { event: string; data: unknown }[] =>
    // What stands behind the last blank line has not come whole yet.
    text
      .slice(0, text.lastIndexOf('\n\n') + 2)
      .split('\n\n')
      .flatMap((block) => {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1]
        const [event, data] = [field('event'), field('data')]
        return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) }]
      })
  const events = () => all().filter(({ event }) => event !== 'heartbeat')
  return {
    response,
    /** All but heartbeats, which come when their time is. */
    events,
    beats: () => all().flatMap(({ event, data }) => (event === 'heartbeat' ? [data] : [])),
    views: () => events().flatMap(({ event, data }) => (event === 'desk' ? [data as DeskView] : [])),
    isOver: () => ended,
    drop: () => response.destroy(),
  }
}

describe('the stream of the desk', () => {
  it('begins with everything, and is for nobody else to keep', async () => {
    const stream = await listen(anna)
    await until(() => stream.views().length > 0)
    expect(stream.response.statusCode).toBe(200)
    expect(stream.response.headers['content-type']).toBe('text/event-stream')
    expect(stream.response.headers['cache-control']).toBe('no-store')
    expect(stream.views().map((view) => deskView.parse(view).assignment?.id)).toEqual(['as-anna'])
  })

  it('beats where a script can hear it, and says how often', async () => {
    const stream = await listen(anna)
    await until(() => stream.beats().length > 1)
    expect(stream.beats().slice(0, 2)).toEqual([{ everyMs: 5_000 }, { everyMs: 5_000 }])
  })

  it('tells a change', async () => {
    const stream = await listen(anna)
    await until(() => stream.views().length > 0)
    await desk.post('/desk/api/assignments/as-anna/hold', anna)
    await until(() => stream.views().length > 1)
    expect(stream.views().map((view) => view.assignment?.held)).toEqual([false, true])
  })

  it('never tells an unchanged view twice, though its clock moves on', async () => {
    const stream = await listen(anna)
    await until(() => stream.views().length > 0)
    for (let n = 0; n < 3; n++) {
      desk.tell()
      await pause(300)
    }
    expect(stream.views()).toHaveLength(1)
    await desk.floor.setPresence('anna', 'available')
    await until(() => stream.views().length > 1)
    expect(stream.views().map((view) => view.me.presence)).toEqual(['away', 'available'])
  })

  it('is told at most four times a second, and ends on the last state', async () => {
    const stream = await listen(anna)
    await until(() => stream.views().length > 0)
    const began = performance.now()
    for (let n = 0; n < 101; n++) {
      await desk.floor.setPresence('anna', n % 2 === 0 ? 'available' : 'away')
      await pause(10)
    }
    await until(() => stream.views().at(-1)?.me.presence === 'available')
    await pause(500)
    const seconds = (performance.now() - began) / 1000
    expect(stream.views().length).toBeLessThanOrEqual(2 + Math.ceil(4 * seconds))
    expect(stream.views().at(-1)?.me.presence).toBe('available')
  })

  it('shows a change that comes while a view is being made', async () => {
    const { view } = desk.floor
    let slow = true
    desk.floor.view = async (agent) => {
      const made = await view(agent)
      if (slow) {
        slow = false
        await desk.floor.setPresence('anna', 'available')
        await pause(400)
      }
      return made
    }
    const stream = await listen(anna)
    await until(() => stream.views().length > 1)
    expect(stream.views().map(({ me }) => me.presence)).toEqual(['away', 'available'])
  })

  it('begins with everything again after it was cut, whatever its reader says it has', async () => {
    const first = await listen(anna)
    await until(() => first.views().length > 0)
    first.drop()
    await until(() => desk.listeners.size === 0)
    expect(desk.listeners.size).toBe(0)
    await desk.floor.setPresence('anna', 'available')
    const second = await listen(anna)
    await until(() => second.views().length > 0)
    expect(second.views().map((view) => view.me.presence)).toEqual(['available'])
  })

  it('shows nothing that the schema does not name, and says so in the log', async () => {
    const { view } = desk.floor
    desk.floor.view = async (agent) => ({ ...(await view(agent)), pin: '4711' }) as unknown as DeskView
    const stream = await listen(anna)
    await until(() => desk.errors.length > 0)
    expect(stream.events()).toEqual([])
    expect(desk.errors[0]?.route).toBe('/desk/api/stream')
  })

  it('keeps no more than one view for a reader that does not read, and then gives it the newest', async () => {
    const { view } = desk.floor
    let count = 0
    desk.floor.view = async (agent) => {
      const made = await view(agent)
      const colleagues = Array.from({ length: 4_000 }, (_, n) => {
        return { name: `agent${n}`, displayName: `${count} ${'x'.repeat(500)}`, state: 'free' as const, sees: null }
      })
      count++
      return made && { ...made, colleagues }
    }
    const stream = await listen(anna)
    stream.response.pause()
    for (let n = 0; n < 12; n++) {
      desk.tell()
      await pause(260)
    }
    // 2 MB each: what the sockets hold is a few of them, and then no more are made.
    expect(count).toBeLessThan(8)
    const made = count
    stream.response.resume()
    await until(() => count > made)
    await until(
      () =>
        stream
          .views()
          .at(-1)
          ?.colleagues[0]?.displayName.startsWith(`${count - 1} `) === true,
    )
    expect(stream.views().at(-1)?.colleagues[0]?.displayName).toMatch(new RegExp(`^${count - 1} `))
  })

  it('lives through a store that fails, and goes on by itself', async () => {
    const { view } = desk.floor
    let broken = true
    desk.floor.view = async (agent) => {
      if (broken) throw new Error('gone')
      return view(agent)
    }
    const stream = await listen(anna)
    await until(() => desk.errors.length > 0)
    broken = false
    await until(() => stream.views().length > 0)
    expect(stream.views()).toHaveLength(1)
  })
})

describe('the end of a session', () => {
  it('by sign-out ends its stream, and no other', async () => {
    const other = await desk.signIn('anna')
    const [stream, others] = [await listen(anna), await listen(other)]
    await until(() => stream.views().length > 0 && others.views().length > 0)
    await desk.post('/desk/api/sign-out', anna)
    await until(stream.isOver)
    expect(stream.isOver()).toBe(true)
    expect(stream.events().at(-1)).toEqual({ event: 'signed_out', data: {} })
    await desk.floor.setPresence('anna', 'available')
    await until(() => others.views().length > 1)
    expect([others.isOver(), others.views().length, stream.views().length]).toEqual([false, 2, 1])
  })

  it.each([
    ['disabling', (it: TestDesk) => it.agents.disable('anna')],
    ['another password', (it: TestDesk) => it.agents.setPassword('anna', 'another good password')],
    ['an hour without use', async (it: TestDesk) => it.clock.turn(3_600_000)],
  ])('by %s ends its stream, and nothing more is shown', async (_what, happen) => {
    const stream = await listen(anna)
    await until(() => stream.views().length > 0)
    await happen(desk)
    await desk.floor.setPresence('anna', 'available')
    await until(stream.isOver)
    expect(stream.isOver()).toBe(true)
    expect(stream.events().map(({ event }) => event)).toEqual(['desk', 'signed_out'])
    expect(desk.listeners.size).toBe(0)
  })

  it('does not come in a talk without a click, however long, and an hour after it at the latest', async () => {
    const ben = await desk.signIn('ben')
    const [talk, idle] = [await listen(anna), await listen(ben)]
    await until(() => talk.views().length > 0 && idle.views().length > 0)
    for (let n = 0; n < 4; n++) {
      desk.clock.turn(1_800_000)
      const shown = talk.views().length
      await desk.floor.setPresence('anna', n % 2 === 0 ? 'available' : 'away')
      await until(() => talk.views().length > shown)
    }
    expect([talk.isOver(), idle.isOver()]).toEqual([false, true])
    expect((await desk.get('/desk/api/me', anna)).status).toBe(200)
    delete desk.assignments.anna
    desk.tell()
    await until(() => talk.views().at(-1)?.assignment === null)
    desk.clock.turn(3_600_000)
    desk.tell()
    await until(talk.isOver)
    expect(talk.isOver()).toBe(true)
  })

  it('makes the agent away who is signed in nowhere else, and no other', async () => {
    const ben = await desk.signIn('ben')
    const [own, others] = [await listen(anna), await listen(ben)]
    await until(() => own.views().length > 0 && others.views().length > 0)
    desk.clock.turn(1_800_000)
    await desk.signIn('ben')
    desk.clock.turn(1_800_000)
    desk.tell()
    await until(() => own.isOver() && others.isOver())
    await until(() => desk.done.some(([what]) => what === 'signedOut'))
    expect(desk.done.filter(([what]) => what === 'signedOut')).toEqual([['signedOut', 'anna']])
  })

  it('while a view is being made keeps that view from being shown', async () => {
    const { view } = desk.floor
    const stream = await listen(anna)
    await until(() => stream.views().length > 0)
    desk.floor.view = async (agent) => {
      const made = await view(agent)
      await desk.agents.disable('anna')
      return made
    }
    await desk.floor.setPresence('anna', 'available')
    await until(stream.isOver)
    expect(stream.events().map(({ event }) => event)).toEqual(['desk', 'signed_out'])
  })

  it('is also when the floor knows no such agent', async () => {
    desk.floor.view = async () => null
    const stream = await listen(anna)
    await until(stream.isOver)
    expect(stream.events()).toEqual([{ event: 'signed_out', data: {} }])
  })
})

describe('streams', () => {
  it('are five for an agent and no more, also when they come at once', async () => {
    const ben = await desk.signIn('ben')
    const all = await Promise.all(Array.from({ length: 8 }, () => listen(anna)))
    const states = all.map(({ response }) => response.statusCode)
    expect(states.filter((state) => state === 200)).toHaveLength(5)
    expect(states.filter((state) => state === 429)).toHaveLength(3)
    expect((await listen(ben)).response.statusCode).toBe(200)
    await until(() => desk.listeners.size === 6)
    all.find(({ response }) => response.statusCode === 200)?.drop()
    await until(() => desk.listeners.size === 5)
    expect((await listen(anna)).response.statusCode).toBe(200)
  })

  it('are replaced by the next of the same page, so that pages with dead connections are not locked out', async () => {
    const ben = await desk.signIn('ben')
    const others = await listen(ben, '?page=aaaaaaaa')
    const own: Awaited<ReturnType<typeof listen>>[] = []
    for (let times = 0; times < 7; times++) own.push(await listen(anna, '?page=aaaaaaaa'))
    expect(own.map(({ response }) => response.statusCode)).toEqual(Array(7).fill(200))
    await until(() => own.slice(0, -1).every((stream) => stream.isOver()))
    // Those that were replaced may have ended before they showed anything.
    await until(() => own.slice(-1).every((stream) => stream.views().length > 0))
    expect(own.map((stream) => stream.isOver())).toEqual([...Array(6).fill(true), false])
    expect(others.isOver()).toBe(false)
    await until(() => desk.listeners.size === 2)
    expect(desk.listeners.size).toBe(2)
  })

  it('have names of one form, and without one they are counted', async () => {
    const odd = ['?page=A', '?page=aaaaaaaa&page=bbbbbbbb', `?page=${'a'.repeat(33)}`, '?page[]=aaaaaaaa', '']
    for (const query of odd) expect((await listen(anna, query)).response.statusCode).toBe(200)
    expect((await listen(anna, '?page=A')).response.statusCode).toBe(429)
  })

  it('all end when the server does, which then needs no patience', async () => {
    const streams = [await listen(anna), await listen(anna)]
    await until(() => streams.every((stream) => stream.views().length > 0))
    desk.page.close()
    await until(() => streams.every((stream) => stream.isOver()))
    expect(streams.map((stream) => stream.isOver())).toEqual([true, true])
    expect(streams.flatMap((stream) => stream.events().map(({ event }) => event))).toEqual(['desk', 'desk'])
    expect((await listen(anna)).response.statusCode).toBe(503)
    expect(desk.listeners.size).toBe(0)
  })
})
