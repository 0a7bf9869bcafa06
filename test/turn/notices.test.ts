/** What calls are told of notices: by brand, topic and language, within a minute, and nothing where the store fails. */
import { describe, expect, it } from '@jest/globals'
import { questions } from '../../src/call/question.ts'
import { newCall } from '../../src/flow/advance.ts'
import type { Notice, NoticeStore } from '../../src/seams/notices.ts'
import { answer, type World } from '../../src/turn/answer.ts'
import { rememberNotices } from '../../src/turn/remembered-notices.ts'
import { shipped } from '../flow/shipped.ts'
import { createTestClock, unhurried } from '../support/clock.ts'

const notice = (changes: Partial<Notice>): Notice => ({
  brand: 'rheinnetz',
  topic: null,
  texts: { de: 'Für alle.', en: 'For all.' },
  until: null,
  since: '2026-11-23T09:00:00.000Z',
  ...changes,
})

/** A store that holds a list, and counts how often it is read. */
function listed(held: Notice[]) {
  const state = { held, reads: 0, works: true }
  const store: NoticeStore = {
    async current() {
      state.reads++
      if (!state.works) throw new Error('no store')
      return state.held
    },
    async set(one) {
      state.held = [notice(one)]
    },
    async clear() {
      state.held = []
    },
  }
  return { state, store }
}

function asked(store: Pick<NoticeStore, 'current'>, topic: string | null, language = 'de') {
  const hotline = shipped.get('rheinnetz')
  if (!hotline) throw new Error('there is no such brand')
  const clock = createTestClock()
  const at = clock.now().toISOString()
  const call = newCall(hotline, { id: `CA${'0'.repeat(32)}`, callerNumber: null, today: at.slice(0, 10), at })
  const logged: string[] = []
  const write = (_fields: unknown, message: string): void => void logged.push(message)
  const world = { notices: store, clock, log: { info: write, warn: write, error: write } } as unknown as World
  const asking = { call: { ...call, language }, brand: hotline.brand, token: 't', by: unhurried }
  return { given: answer(world, { kind: 'notice', topic }, asking), logged }
}

describe('the notice of a call', () => {
  const { store } = listed([
    notice({}),
    notice({ topic: 'outage', texts: { de: 'Störung.' } }),
    notice({ brand: 'alpenfunk', topic: 'bill', texts: { de: 'Fremd.' } }),
  ])

  it('is the one of its brand and topic, in its language', async () => {
    expect(await asked(store, null).given).toEqual({ kind: 'notice', text: 'Für alle.' })
    expect(await asked(store, null, 'en').given).toEqual({ kind: 'notice', text: 'For all.' })
    expect(await asked(store, 'outage').given).toEqual({ kind: 'notice', text: 'Störung.' })
  })

  it('is none where none is for these callers, or none in their language', async () => {
    expect(await asked(store, 'bill').given).toEqual({ kind: 'no_notice' })
    expect(await asked(store, 'outage', 'en').given).toEqual({ kind: 'no_notice' })
  })

  it('is none where the store does not answer, and that is logged', async () => {
    const { given, logged } = asked({ current: () => Promise.reject(new Error('down')) }, null)
    expect(await given).toEqual({ kind: 'no_notice' })
    expect(logged).toEqual(['the notices could not be read; none is spoken'])
  })

  it('is not timed as answers about accounts are', () => {
    expect(questions.notice.tellsOfAccounts).toBe(false)
    expect(questions.identify.tellsOfAccounts).toBe(true)
  })
})

describe('notices that are remembered', () => {
  it('are read once for many calls, and again within a minute', async () => {
    const clock = createTestClock()
    const { state, store } = listed([])
    const remembered = rememberNotices(store, clock)
    await Promise.all([remembered.current(clock.now()), remembered.current(clock.now())])
    expect(state.reads).toBe(1)
    state.held = [notice({})]
    clock.turn(29_000)
    expect(await remembered.current(clock.now())).toEqual([])
    clock.turn(2_000)
    expect(await remembered.current(clock.now())).toHaveLength(1)
    expect(state.reads).toBe(2)
  })

  it('are heard at once where they were set, and end on time although they are remembered', async () => {
    const clock = createTestClock()
    const { store } = listed([])
    const remembered = rememberNotices(store, clock)
    expect(await remembered.current(clock.now())).toEqual([])
    const until = new Date(clock.now().getTime() + 5_000).toISOString()
    await remembered.set({ ...notice({}), until }, 'api', clock.now())
    expect(await remembered.current(clock.now())).toHaveLength(1)
    clock.turn(5_000)
    expect(await remembered.current(clock.now())).toEqual([])
    await remembered.set(notice({}), 'api', clock.now())
    await remembered.clear(notice({}), 'api', clock.now())
    expect(await remembered.current(clock.now())).toEqual([])
  })

  it('are asked for again soon after the store failed, and not by every call', async () => {
    const clock = createTestClock()
    const { state, store } = listed([notice({})])
    const remembered = rememberNotices(store, clock)
    state.works = false
    for (let call = 0; call < 3; call++) await expect(remembered.current(clock.now())).rejects.toThrow('no store')
    expect(state.reads).toBe(1)
    state.works = true
    clock.turn(5_000)
    expect(await remembered.current(clock.now())).toHaveLength(1)
  })
})
