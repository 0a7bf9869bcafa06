/** Matters that are settled in writing: who is told of a ticket, and who one is opened for. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { questions } from '../../src/call/question.ts'
import { answer, type World } from '../../src/turn/answer.ts'
import { type Caller, ring } from '../flow/caller.ts'
import { shipped } from '../flow/shipped.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { createTestClock, unhurried } from '../support/clock.ts'
import { people } from '../support/people.ts'
import { type PhoneCall, phone, queueOf } from '../support/phone-call.ts'

const TAKEOVER = '3'
const ofSternmobil = people.sternmobil as NonNullable<typeof people.sternmobil>
const TOM = ofSternmobil.second

let app: TestApp
beforeAll(async () => {
  app = await openApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  app.clock.turnTo('2026-04-20T10:00:00.000Z')
  await app.deps.database.db.deleteFrom('pin_state').execute()
})

async function called(...keys: string[]): Promise<PhoneCall> {
  const call = phone(app, { brand: 'sternmobil' })
  await call.ring()
  for (const key of keys) await (key === '' ? call.silence() : call.key(key))
  return call
}

const tickets = () => app.deps.database.db.selectFrom('ticket').selectAll().where('topic', '=', 'takeover').execute()
/** The number that the caller hears, as they write it down. */
const toldIn = ({ heard }: PhoneCall): string | null =>
  /Deine Ticketnummer ist: ([\d, ]+)\./.exec(heard ?? '')?.[1]?.replaceAll(', ', '') ?? null

describe('the ticket of a matter in writing', () => {
  it('is opened for a verified caller who has none, told, and told again in the next call', async () => {
    expect(await tickets()).toEqual([])
    const first = await called(TAKEOVER, TOM.number, TOM.pin)
    const number = toldIn(first)
    expect(number).toMatch(/^[1-9]\d{9}$/)
    await first.silence()
    expect(toldIn(first)).toBe(number)
    expect(toldIn(await called(TAKEOVER, TOM.number, TOM.pin))).toBe(number)
    expect(await tickets()).toMatchObject([{ brand: 'sternmobil', number, open: true }])
  })

  it('carries the time of that first report into the queue, when they want a person in a later call', async () => {
    app.clock.turnTo('2026-04-22T09:00:00.000Z')
    const call = await called(TAKEOVER, TOM.number, TOM.pin, '0')
    const place = (await app.deps.floorStore.list(app.clock.now())).find(({ callId }) => callId === call.sid)
    const [ticket] = await tickets()
    expect(place).toMatchObject({ reason: 'ticket', ticket: ticket?.number })
    expect(place?.place).toBe(ticket?.reported_at.toISOString())
  })

  it('is neither told nor opened for those who have proved nothing, with a ticket or without', async () => {
    const before = await tickets()
    const { first, nobody } = ofSternmobil
    for (const number of [TOM.number, first.number, nobody]) {
      const call = await called(TAKEOVER, number, '', '2')
      expect(call.heard).toContain('Das regeln wir schriftlich.')
      expect(toldIn(call)).toBeNull()
      const wrong = await called(TAKEOVER, number, '0001', '0002', number, '0003')
      expect(queueOf(wrong.heard ?? '')).toBe('sternmobil.general')
      expect(toldIn(wrong)).toBeNull()
    }
    expect(await tickets()).toEqual(before)
  })
})

describe('the answer', () => {
  const hotline = shipped.get('sternmobil')
  if (!hotline) throw new Error('there is no such brand')
  const asked = ({ call }: Caller, open: World['matters']['open']) => {
    const logged: string[] = []
    const write = (_fields: unknown, message: string): void => void logged.push(message)
    const log = { info: write, warn: write, error: write }
    const world = { matters: { open }, clock: createTestClock(), log } as unknown as World
    return {
      given: answer(world, { kind: 'ticket' }, { call, brand: hotline.brand, token: 't', by: unhurried }),
      logged,
    }
  }
  const named = () => ring(hotline).keys(TAKEOVER).keys(TOM.number)

  it('is no number below level 2, whatever a flow asks: the second lock', async () => {
    const open = () => Promise.resolve('7100482935')
    expect(await asked(named(), open).given).toEqual({ kind: 'no_ticket' })
    expect(await asked(named().keys(TOM.pin), open).given).toEqual({ kind: 'ticket', number: '7100482935' })
  })

  it('is no number for what is not left to do after the last contract, whatever a flow asks', async () => {
    const open = () => Promise.resolve('7100482935')
    const proved = named().keys(TOM.pin)
    const only = (topics: string[]) => {
      const { claim } = proved.call
      if (claim === null) throw new Error('nobody was named')
      return { ...proved, call: { ...proved.call, claim: { ...claim, topics } } } as Caller
    }
    expect(await asked(only(['bill']), open).given).toEqual({ kind: 'no_ticket' })
    expect(await asked(only(['takeover']), open).given).toEqual({ kind: 'ticket', number: '7100482935' })
  })

  it('is no number where the tickets cannot be reached, and that is logged', async () => {
    const { given, logged } = asked(named().keys(TOM.pin), () => Promise.reject(new Error('down')))
    expect(await given).toEqual({ kind: 'no_ticket' })
    expect(logged).toEqual(['the ticket could not be had; the caller is told where to write without it'])
  })

  it('is timed as answers about accounts are', () => {
    expect(questions.ticket.tellsOfAccounts).toBe(true)
  })
})
