/** What the desk gives between calls: in a strict form, to those who are signed in, and no faster than a person searches. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { DeskBooks } from '../../src/floor/books.ts'
import type { Database } from '../../src/store/database.ts'
import { openAnyStore } from '../support/any-store.ts'
import { type Holder, openDesk, type TestDesk } from './fixture.ts'

const MINUTE = 60_000

let database: Database
let desk: TestDesk
let anna: Holder
const asked: unknown[][] = []
const books: DeskBooks = {
  ownDay: async (...given) => {
    asked.push(['ownDay', ...given])
    return { calls: [], notices: [] }
  },
  looseNotes: async (...given) => {
    asked.push(['looseNotes', ...given])
    return { notes: [] }
  },
  search: async (...given) => {
    asked.push(['search', ...given])
    return { customers: [] }
  },
}
beforeAll(async () => {
  database = await openAnyStore()
})
beforeEach(async () => {
  asked.length = 0
  desk = await openDesk(database, { books })
  anna = await desk.signIn('anna')
})
afterEach(() => desk.close())
afterAll(() => database.close())

const search = (number: unknown, who = anna) => desk.post('/desk/api/search', who, { number } as object)

it('is asked under the name that signed in, and gives nothing without a session', async () => {
  expect((await desk.get('/desk/api/today', anna)).body).toEqual({ calls: [], notices: [] })
  expect((await desk.get('/desk/api/notes', anna)).body).toEqual({ notes: [] })
  expect((await search('7100 482-935')).body).toEqual({ customers: [] })
  expect(asked).toEqual([
    ['ownDay', 'anna'],
    ['looseNotes', 'anna'],
    ['search', 'anna', '7100482935'],
  ])
  for (const path of ['today', 'notes'])
    expect((await desk.get(`/desk/api/${path}`, { cookie: 'rufpass=no' })).status).toBe(401)
  expect((await desk.post('/desk/api/search', { ...anna, csrf: 'none' }, { number: '7100482935' })).status).toBe(403)
})

it.each(['', '123', 'Hanna Reuter', "4711' OR '1'='1", '4'.repeat(33), null, 7100482935])(
  'does not search for %s',
  async (number) => {
    expect((await search(number)).status).toBe(400)
    expect(asked).toEqual([])
  },
)

it('lets each agent search 20 times in ten minutes', async () => {
  for (let count = 0; count < 20; count++) expect((await search('7100482935')).status).toBe(200)
  const refused = await search('7100482935')
  expect([refused.status, refused.body.code]).toEqual([429, 'throttled'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(500)
  expect(asked).toHaveLength(20)
  expect((await search('7100482935', await desk.signIn('ben'))).status).toBe(200)
})

it('shows nothing that its form does not name', async () => {
  books.ownDay = async () => ({ calls: [], notices: [], pin: '4826' }) as never
  const answer = await desk.get('/desk/api/today', anna)
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([503, expect.not.stringContaining('4826')])
  books.ownDay = async () => ({ calls: [], notices: [] })
})

it('does not keep the session of an agent who has left the page open', async () => {
  for (let minutes = 0; minutes < 60; minutes += 20) {
    expect((await desk.get('/desk/api/today', anna)).status).toBe(200)
    desk.clock.turn(20 * MINUTE)
  }
  desk.clock.turn(MINUTE)
  expect((await desk.get('/desk/api/today', anna)).status).toBe(401)
})
