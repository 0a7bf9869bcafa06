/** Reports of other channels by real HTTP: they join the ticket of their matter, and say what to tell who reported it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { shipped } from '../flow/shipped.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
})
afterAll(() => app.close())

const TICKET = /^[1-9][0-9]{9}$/
const customer = '407182632'
const order = (other: object = {}) => ({
  brand: 'rheinnetz',
  customer_number: customer,
  topic: 'bill',
  reported_at: '2026-11-20T10:00:00+01:00',
  channel: 'mail',
  ...other,
})

async function send(body: unknown, secret = API_TOKEN) {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`http://127.0.0.1:${app.port}/api/v1/tickets`, init)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

describe('a report by the API', () => {
  it('opens a ticket, the next one joins it, and each is told what to say', async () => {
    const first = await send(order())
    expect(first).toEqual({
      status: 201,
      body: {
        brand: 'rheinnetz',
        ticket: expect.stringMatching(TICKET),
        reported_at: '2026-11-20T09:00:00.000Z',
        attached: false,
        before: false,
        sentences: {
          de: `Ihr Ticket hat die Nummer ${first.body.ticket}. Ihre Wartezeit zählt ab der ersten Meldung.`,
          en: `Your ticket has the number ${first.body.ticket}. Your wait counts from the first report.`,
        },
      },
    })
    const { ticket } = first.body
    const second = await send(order({ channel: 'shop', reported_at: '2026-11-21T10:00:00+01:00', text: 'War da.' }))
    expect(second).toMatchObject({
      status: 200,
      body: { ticket, attached: true, before: false, reported_at: '2026-11-20T09:00:00.000Z' },
    })
    expect(second.body.sentences).toEqual({
      de: `Ihre Meldung gehört jetzt zum Ticket ${ticket}. An der Wartezeit ändert das nichts: Es zählt die erste Meldung.`,
      en: `Your report now belongs to ticket ${ticket}. That doesn't change your wait: the first report counts.`,
    })
    const earlier = await send(order({ channel: 'letter', reported_at: '2026-11-18T00:00:00Z' }))
    expect(earlier.body).toMatchObject({ ticket, attached: true, reported_at: '2026-11-18T00:00:00.000Z' })
    expect(await send(order())).toMatchObject({ status: 200, body: { ticket, attached: false, before: true } })
    const { actor } =
      (await app.deps.events.read({ limit: 1_000 })).filter(({ kind }) => kind === 'ticket').at(-1) ?? {}
    expect(actor).toBe('api')
  })

  it('has a time that is not ahead of ours', async () => {
    const soon = new Date(app.clock.now().getTime() + 60_000).toISOString()
    const { body } = await send(order({ reported_at: soon, customer_number: '519038476' }))
    expect(Date.parse(body.reported_at)).toBeLessThanOrEqual(app.clock.now().getTime())
  })

  const later = '2027-01-01T00:00:00Z'
  it.each([
    ['no brand', { brand: 'nobody' }, 400, /There is no brand 'nobody'; name one of/],
    ['no topic', { topic: 'weather' }, 400, /topic: 'rheinnetz' has no topic 'weather'; name one of: .*bill/],
    ['no channel', { channel: 'emial' }, 400, /channel: .* name one of: phone, mail, form, letter, shop, social/],
    ['no time', { reported_at: 'yesterday' }, 400, /reported_at: a moment is written as/],
    ['no time with a zone', { reported_at: '2026-11-20T10:00:00' }, 400, /reported_at: a moment is written as/],
    ['a time to come', { reported_at: later }, 400, /reported_at: this moment is yet to come; send/],
    ['a time of long ago', { reported_at: '1970-01-01T00:00:00Z' }, 400, /reported_at: .* correct the date/],
    ['a field that there is not', { pin: '1234' }, 400, /there is no field 'pin'; remove it/],
    ['no topic at all', { topic: undefined }, 400, /topic: it is missing; add it/],
    ['letters that cannot be kept', { text: 'a\u0000b' }, 400, /text: U\+0000 is no letter that can be kept/],
    ['an id with a blank', { id: 'a b' }, 400, /id: an id is 1 to 128 letters/],
    ['a number that begins with 0', { number: '0123' }, 400, /number: a ticket number is 1 to 32/],
    ['no such customer', { customer_number: '1' }, 404, /customer_number: 'rheinnetz' has no customer .* import/],
    ['the number of a customer', { number: customer, id: 'x' }, 409, /number: .* never used again; leave it out/],
  ])('of %s is refused by field, rule and remedy', async (_, wrong, status, says) => {
    const refused = await send(order(wrong))
    expect([refused.status, refused.body.detail]).toEqual([status, expect.stringMatching(says)])
    expect(refused.body.detail).not.toContain('1234')
  })

  it('is refused where its id is another report’s, or its number cannot be keyed', async () => {
    const fulda = { brand: 'fuldanetz', customer_number: '305719467', topic: 'complaint' }
    expect(await send(order({ ...fulda, number: '12' }))).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/number: .* could not key it; send one of that form, or leave it out/) },
    })
    expect((await send(order({ ...fulda, id: 'a' }))).status).toBe(201)
    expect(await send(order({ ...fulda, id: 'a', topic: 'bill' }))).toMatchObject({
      status: 409,
      body: { code: 'other_report', detail: expect.stringMatching(/^id: .* an id of its own/) },
    })
  })

  it('is refused where it is no JSON, and to a token of another brand', async () => {
    expect((await send('{')).status).toBe(400)
    const token = { name: 'crm', brands: ['fuldanetz'], acts: ['tickets'] as const, budget: { perHour: 9, perDay: 9 } }
    const secret = (await app.deps.tokens.add(token, 'cli')) ?? ''
    expect(await send(order(), secret)).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/no brand 'rheinnetz'; name one of: fuldanetz\.$/) },
    })
  })
})

it('each brand can tell both sentences in each of its languages', () => {
  for (const { brand, words } of shipped.values())
    for (const { code } of brand.languages)
      for (const key of ['report.opened', 'report.attached'])
        expect(words.speak(code, { key, vars: { ticket: '7100482935' } }).text).toContain('7100482935')
})
