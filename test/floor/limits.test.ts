/**
 * Agents who ask for more than is theirs, by real HTTP at the desk's door with the whole floor behind it. After each try the
 * floor is looked at, and not the answer alone.
 */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import request from 'supertest'
import { assignmentOf, books, emptied, talking, waitingCaller } from '../support/floor-scenes.ts'
import { agents, type FloorStand, openFloorStand } from '../support/floor-stand.ts'

const PASSWORD = 'a good long password'

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
  for (const { disabled: _, ...agent } of agents) await stand.deps.agents.add(agent, PASSWORD)
})
afterAll(() => stand.close())
afterEach(() => emptied(stand))

interface SignedIn {
  post(path: string, body?: object): request.Test
  cookie: string
  csrf: string
}
async function signedIn(name: string): Promise<SignedIn> {
  const answer = await request(stand.url).post('/desk/api/sign-in').send({ name, password: PASSWORD })
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const csrf = String(answer.body.csrf)
  const post = (path: string, body: object = {}) =>
    request(stand.url).post(`/desk/api${path}`).set('Cookie', cookie).set('x-csrf-token', csrf).send(body)
  return { cookie, csrf, post }
}

/** Everything that can be done with an assignment, each in its right form. */
const deeds: [action: string, body: object][] = [
  ['decline', {}],
  ['hold', {}],
  ['resume', {}],
  ['check', {}],
  ['transfer', { to: { kind: 'queue', queue: 'rheinnetz.general' } }],
  ['transfer', { to: { kind: 'agent', name: 'ben' } }],
  ['finish', {}],
  ['wrap-up', { note: 'not mine', ticket: 'close' }],
  ['reference', {}],
]

it('an agent does nothing with a call of somebody else, a supervisor neither', async () => {
  const caller = await waitingCaller(stand)
  const { id } = await talking(stand, 'anna', caller)
  const before = await books(stand)
  for (const name of ['ben', 'sam']) {
    const { post } = await signedIn(name)
    for (const [action, body] of deeds) {
      const { status, body: said } = await post(`/assignments/${id}/${action}`, body)
      expect([name, action, status, said.code]).toEqual([name, action, 404, 'not_found'])
    }
  }
  expect(await books(stand)).toEqual(before)
})

it('an agent without a session, its csrf, or a page of ours does nothing with their own', async () => {
  const caller = await waitingCaller(stand)
  const { id } = await talking(stand, 'anna', caller)
  const anna = await signedIn('anna')
  const ben = await signedIn('ben')
  const left = await signedIn('anna')
  expect((await left.post('/sign-out')).status).toBe(200)
  const before = await books(stand)
  for (const [action, body] of deeds) {
    const ask = (headers: Record<string, string>) =>
      request(stand.url).post(`/desk/api/assignments/${id}/${action}`).set(headers).send(body)
    const { cookie: Cookie, csrf } = anna
    const answers = await Promise.all([
      ask({}),
      ask({ Cookie: left.cookie, 'x-csrf-token': left.csrf }),
      ask({ Cookie }),
      ask({ Cookie, 'x-csrf-token': ben.csrf }),
      ask({ Cookie, 'x-csrf-token': csrf, Origin: 'https://evil.example' }),
      ask({ Cookie, 'x-csrf-token': csrf, 'Sec-Fetch-Site': 'cross-site' }),
    ])
    expect([action, ...answers.map(({ status }) => status)]).toEqual([action, 401, 401, 403, 403, 403, 403])
  }
  expect(await books(stand)).toEqual(before)
})

it('an agent is given no caller of another topic, nor one that they pick, and is made no more than they are', async () => {
  const caller = await waitingCaller(stand)
  const ben = await signedIn('ben')
  const before = await books(stand)
  const refused: [path: string, body: object, status: number][] = [
    ['/take', {}, 409],
    ['/take', { callSid: caller.callSid }, 403],
    ['/take', { callSid: caller.callSid, role: 'supervisor' }, 400],
    ['/take', { agent: 'sam' }, 400],
    ['/presence', { presence: 'available', role: 'supervisor' }, 400],
    ['/presence', { presence: 'available', topics: ['outage'] }, 400],
    ['/me', { role: 'supervisor' }, 404],
    ['/sign-in', { name: 'ben', password: PASSWORD, role: 'supervisor' }, 400],
  ]
  for (const [path, body, status] of refused) {
    expect([path, body, (await ben.post(path, body)).status]).toEqual([path, body, status])
  }
  const me = await request(stand.url).get('/desk/api/me').set('Cookie', ben.cookie)
  expect(me.body.me).toMatchObject({ name: 'ben', role: 'agent' })
  // The operator's own API asks for its token, and for no session.
  for (const path of ['/api/v1/calls?state=waiting', `/api/v1/calls/${caller.callSid}`, '/api/v1/notices'])
    expect((await request(stand.url).get(path).set('Cookie', ben.cookie)).status).toBe(401)
  expect(await books(stand)).toEqual(before)
  expect((await stand.view('ben')).figures).toBeNull()
})

it('an agent passes nobody on to another brand, to a queue that asks for more, or to somebody who is not there', async () => {
  const caller = await waitingCaller(stand)
  const { id } = await talking(stand, 'anna', caller)
  const { post } = await signedIn('anna')
  const before = await books(stand)
  const refused: [to: object, status: number][] = [
    [{ kind: 'queue', queue: 'sternmobil.general' }, 404],
    [{ kind: 'queue', queue: 'rheinnetz.bill' }, 409],
    [{ kind: 'queue', queue: 'rheinnetz.constructor' }, 404],
    [{ kind: 'agent', name: 'anna' }, 404],
    [{ kind: 'agent', name: 'nobody' }, 404],
    [{ kind: 'agent', name: 'ben' }, 409],
  ]
  for (const [to, status] of refused)
    expect([to, (await post(`/assignments/${id}/transfer`, { to })).status]).toEqual([to, status])
  expect(await books(stand)).toEqual(before)
})

it('an agent who clicks twice has one call, and one phone that rings', async () => {
  const callers = [await waitingCaller(stand), await waitingCaller(stand)]
  const { post } = await signedIn('anna')
  const phones = () => stand.standIn.exchange.handsets().filter((phone) => phone.view().kind === 'agent').length
  const [before, { lines }] = [phones(), await books(stand)]
  const both = await Promise.all([post('/take'), post('/take')])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  const since = (await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })).slice(lines)
  expect(since.filter(({ kind }) => kind === 'offered')).toMatchObject([
    { kind: 'offered', callId: callers[0]?.callSid, facts: { agent: 'anna' } },
  ])
  expect(phones() - before).toBe(1)
})

it('an agent writes on the ticket of the customer that they were shown, and on no other', async () => {
  const { db } = stand.deps.database
  const caller = await stand.verified()
  const { id } = await talking(stand, 'anna', caller)
  const { post } = await signedIn('anna')
  expect((await post(`/assignments/${id}/finish`)).status).toBe(200)
  const hanna = (await assignmentOf(stand, id)).ref
  const tickets = () => db.selectFrom('ticket').selectAll().where('ref', '<>', hanna).orderBy('number').execute()
  const others = await tickets()
  const wrapUp = `/assignments/${id}/wrap-up`
  const foreign = others[0]
  if (!foreign) throw new Error('the demo has no ticket of anybody else')
  const wrap = { note: 'Zähler getauscht', ticket: 'close' }
  for (const more of [{ number: foreign.number }, { ref: foreign.ref }, { topic: foreign.topic }])
    expect((await post(wrapUp, { ...wrap, ...more })).status).toBe(400)
  expect((await post(wrapUp, { ...wrap, ticket: foreign.number })).status).toBe(400)
  expect((await assignmentOf(stand, id)).state).toBe('wrap_up')
  const both = await Promise.all([post(wrapUp, wrap), post(wrapUp, wrap)])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(await tickets()).toEqual(others)
  const notes = await db
    .selectFrom('note')
    .innerJoin('ticket', 'ticket.number', 'note.ticket')
    .select(['ticket.ref', 'note.text', 'note.agent'])
    .execute()
  expect(notes).toEqual([{ ref: hanna, text: 'Zähler getauscht', agent: 'Anna' }])
})
