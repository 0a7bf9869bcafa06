/** What callers are told of their place, on the whole floor: it is true for the agents who are there, or it is not told. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { type FloorStand, HANNA, openFloorStand } from '../support/floor-stand.ts'

const NEXT = 'Sie sind als Nächstes an der Reihe.'
const SOON = 'Gleich ist jemand für Sie da.'
const HOLD = 'Bitte bleiben Sie dran.'
const place = (n: number): string => `Ihr Platz in der Warteschlange: ${n}.`
const BILL = ['1', `${HANNA.customerNumber}#`, HANNA.pin]
const [OUTAGE, JOIN, PERSON] = [['2'], ['3'], ['0']]

let stand: FloorStand
beforeEach(async () => {
  stand = await openFloorStand()
})
afterEach(() => stand.close())

/** All that a caller was told of a place so far. */
const told = (caller: Handset): string[] =>
  caller
    .view()
    .lines.map(({ text }) => text)
    .filter((text) => [NEXT, SOON, HOLD].includes(text) || text.startsWith('Ihr Platz'))

/** Waits until this is the last that the caller was told. */
async function hears(caller: Handset, words: string): Promise<void> {
  await stand.until('a caller is told that', () => told(caller).at(-1) === words).catch(() => {})
  expect(told(caller).at(-1)).toBe(words)
}

/** Phones, keys, and waits to be told of a place, so that each comes after the one before. */
async function waits(keys: string[]): Promise<Handset> {
  const caller = await stand.caller('rheinnetz', ...keys)
  await stand.until('the caller is told of a place', () => told(caller).length > 0)
  return caller
}

/** An agent takes the next caller, and both talk; says by which assignment. */
async function atWork(name: string): Promise<string> {
  await stand.until(`there is somebody for ${name}`, async () => (await stand.view(name)).waiting.mine > 0)
  await stand.floor.take(name, null)
  const phone = await stand.ringing(name)
  phone.answer()
  return (await stand.inState(name, 'talking')).id
}

async function done(name: string, assignment: string): Promise<void> {
  await stand.floor.finish(name, assignment)
  await stand.floor.wrapUp(name, assignment, { note: '', ticket: 'keep' })
}

it('four callers with four matters of one agent have four places, and move up together', async () => {
  await stand.caller('rheinnetz', ...OUTAGE)
  const talk = await atWork('anna')
  const callers: Handset[] = []
  for (const keys of [BILL, OUTAGE, JOIN, PERSON]) callers.push(await waits(keys))
  const [bill, outage, join, person] = callers as [Handset, Handset, Handset, Handset]
  await hears(bill, NEXT)
  await hears(outage, place(2))
  await hears(join, place(3))
  await hears(person, place(4))

  await done('anna', talk)
  await atWork('anna')
  await hears(outage, NEXT)
  await hears(join, place(2))
  await hears(person, place(3))
})

it('callers of two agents who take different ones are told no number, until one of them is gone', async () => {
  const first = await waits(PERSON)
  await hears(first, HOLD)
  const talk = await atWork('ben')
  await stand.caller('rheinnetz', ...OUTAGE)
  await atWork('anna')
  const outage = await waits(OUTAGE)
  const bill = await waits(BILL)
  await hears(outage, NEXT)
  // Ben would take the bill at once, and Anna the outage before it.
  await hears(bill, SOON)
  // That agent took the call by hand and is away when it is over, so that Anna alone is there.
  await done('ben', talk)
  await hears(bill, place(2))
})
