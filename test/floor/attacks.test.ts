/**
 * The doors of the floor under attack, by real HTTP: callbacks that are forged, replayed or of another call, and agents who
 * ask for more than is theirs. After each attack the floor is looked at, and not the answer alone.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import request from 'supertest'
import type { Assignment } from '../../src/seams.ts'
import type { Handset } from '../../src/simulator/handset.ts'
import { agents, type FloorStand, openFloorStand } from '../support/floor-stand.ts'
import { gathered, signForm, twilioFields } from '../support/signing.ts'

const LIMIT_MS = 60_000
const PASSWORD = 'a good long password'

let stand: FloorStand
beforeAll(async () => {
  // No phone stops ringing by itself, however slow the machine is.
  stand = await openFloorStand({
    wrap: (telephony) => ({ ...telephony, ring: (leg) => telephony.ring({ ...leg, seconds: 600 }) }),
  })
  for (const { disabled: _, ...agent } of agents) await stand.deps.agents.add(agent, PASSWORD)
}, LIMIT_MS)
afterAll(() => stand.close())
afterEach(async () => {
  for (const phone of stand.standIn.exchange.handsets()) phone.hangUp()
  await stand.until('the floor is empty', async () => {
    for (const { id, agent, state } of await stand.deps.floorStore.active())
      if (state === 'wrap_up') await stand.floor.wrapUp(agent, id, { note: '', ticket: 'keep' })
    const [active, waiting] = await Promise.all([
      stand.deps.floorStore.active(),
      stand.deps.floorStore.list(stand.clock.now()),
    ])
    return active.length + waiting.length === 0
  })
}, LIMIT_MS)

async function waitingCaller(): Promise<Handset> {
  const caller = await stand.caller('rheinnetz', '2')
  await stand.until('he waits', () => caller.view().state === 'waiting')
  return caller
}

/** The longest waiting caller and an agent, in a room. */
async function talking(name: string, caller: Handset): Promise<Assignment> {
  await stand.floor.take(name, null)
  const phone = await stand.ringing(name)
  phone.answer()
  const { id } = await stand.inState(name, 'talking')
  await stand.until('he is there', () => caller.view().state === 'in_room')
  return assignmentOf(id)
}

async function assignmentOf(id: string): Promise<Assignment> {
  const found = await stand.deps.floorStore.assignment(id)
  if (!found) throw new Error(`there is no assignment ${id}`)
  return found
}

/** All that an attack must leave as it was. */
const books = async () => ({
  active: await stand.deps.floorStore.active(),
  waiting: await stand.deps.floorStore.list(stand.clock.now()),
  lines: (await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })).length,
})

describe('a callback', () => {
  /** `token`: another one than the account's makes it forged. */
  async function callback(path: string, fields: Record<string, string>, token = stand.deps.keys.twilioAuthTokens[0]) {
    const form = { AccountSid: stand.deps.keys.twilioAccountSid, ...fields }
    const { body, headers } = signForm(`${stand.url}${path}`, form, token)
    return request(stand.url).post(path).set(headers).send(body)
  }
  const leg = (sid: string, more: Record<string, string> = {}) => ({
    CallSid: sid,
    CallStatus: 'in-progress',
    ...more,
  })
  const joined = ({ id, conference }: Assignment, sid: string) => ({
    ConferenceSid: conference ?? '',
    FriendlyName: `talk-${id}`,
    StatusCallbackEvent: 'participant-join',
    CallSid: sid,
  })
  const callersLeg = (caller: Handset) => {
    const { AccountSid: _, ...fields } = twilioFields({ CallSid: caller.callSid, To: caller.view().with })
    return fields
  }

  /** Every callback that a talk has had, as it came. */
  const all = (talk: Assignment, caller: Handset): [path: string, fields: Record<string, string>][] => {
    const agent = `/voice/agent/${talk.id}`
    const legId = talk.legId ?? ''
    return [
      [agent, leg(legId)],
      [`${agent}/accept`, leg(legId, gathered('1'))],
      [`${agent}/left`, leg(legId)],
      [`${agent}/ended`, leg(legId, { CallStatus: 'completed' })],
      [`${agent}/ended`, leg(legId, { CallStatus: 'no-answer' })],
      ['/voice/room', joined(talk, legId)],
      ['/voice/room', joined(talk, caller.callSid)],
      ['/voice/room', { ...joined(talk, caller.callSid), StatusCallbackEvent: 'participant-leave' }],
      ['/voice/room', { ...joined(talk, ''), StatusCallbackEvent: 'conference-end' }],
      [`/voice/move/${talk.id}/join/${talk.move?.nonce}`, callersLeg(caller)],
      ['/voice/hold', leg(caller.callSid)],
    ]
  }

  it(
    'that is forged is refused, and nothing has happened',
    async () => {
      const caller = await waitingCaller()
      const talk = await talking('anna', caller)
      const before = await books()
      for (const [path, fields] of all(talk, caller)) {
        const { status, text } = await callback(path, fields, 'f'.repeat(32))
        expect([path, status, text]).toEqual([path, 403, 'Forbidden.'])
      }
      const [path, fields] = all(talk, caller)[3] ?? ['', {}]
      const { headers } = signForm(`${stand.url}${path}`, fields, stand.deps.keys.twilioAuthTokens[0])
      const altered = new URLSearchParams({ ...fields, CallStatus: 'failed' }).toString()
      expect((await request(stand.url).post(path).set(headers).send(altered)).status).toBe(403)
      expect((await request(stand.url).post(path).type('form').send(altered)).status).toBe(403)
      expect(await books()).toEqual(before)
    },
    LIMIT_MS,
  )

  it(
    'of a talk that is over, played again, does nothing to the next talk of the same caller',
    async () => {
      const caller = await waitingCaller()
      const first = await talking('anna', caller)
      await stand.floor.transfer('anna', first.id, { kind: 'queue', queue: 'rheinnetz.general' })
      await stand.until('he waits again', () => caller.view().state === 'waiting')
      const sent = await assignmentOf(first.id)
      const second = await talking('sam', caller)
      const before = await books()
      const old = [
        ...all(first, caller),
        [`/voice/move/${first.id}/queue/${sent.move?.nonce}`, callersLeg(caller)] as const,
      ]
      for (const [path, fields] of old) {
        const { status, text } = await callback(path, fields)
        expect(status).toBeLessThan(300)
        if (path.startsWith('/voice/agent')) expect(text).not.toContain('<Conference')
        // Whoever asks again for a move that is past gets what the call has now.
        if (path.startsWith('/voice/move')) expect(text).toContain(`talk-${second.id}`)
      }
      expect(await books()).toEqual(before)
      expect(caller.view().state).toBe('in_room')
    },
    LIMIT_MS,
  )

  it(
    'of a leg or a call that is not of the talk brings nobody in and ends nothing',
    async () => {
      const caller = await waitingCaller()
      const talk = await talking('anna', caller)
      const other = await waitingCaller()
      const before = await books()
      const agent = `/voice/agent/${talk.id}`
      for (const sid of [other.callSid, caller.callSid, `CA${'9'.repeat(32)}`]) {
        for (const path of [agent, `${agent}/accept`]) {
          const { text } = await callback(path, leg(sid, gathered('1')))
          expect([path, text]).toEqual([path, expect.not.stringContaining('<Conference')])
        }
        for (const CallStatus of ['completed', 'failed', 'no-answer'])
          expect((await callback(`${agent}/ended`, leg(sid, { CallStatus }))).status).toBe(204)
        if (sid !== caller.callSid) expect((await callback('/voice/room', joined(talk, sid))).status).toBe(204)
      }
      const moved = await callback(`/voice/move/${talk.id}/join/${talk.move?.nonce}`, callersLeg(other))
      expect(moved.text).toContain('<Enqueue')
      expect(moved.text).not.toContain(talk.id)
      for (const path of [`/voice/agent/${'0'.repeat(32)}`, `/voice/move/${'0'.repeat(32)}/join/n0nce`])
        expect((await callback(path, callersLeg(other))).text).not.toContain('<Conference')
      expect(await books()).toEqual(before)
      expect([caller.view().state, other.view().state]).toEqual(['in_room', 'waiting'])
    },
    LIMIT_MS,
  )

  it(
    'of a leg that is not the one that rings neither takes nor declines the call',
    async () => {
      const caller = await waitingCaller()
      await stand.floor.take('dora', null)
      const phone = await stand.ringing('dora')
      const { id } = await stand.until('the leg is known', async () =>
        (await stand.deps.floorStore.active()).find(({ legId }) => legId === phone.callSid),
      )
      const tomorrow = JSON.stringify(new Date(stand.clock.now().getTime() + 86_400_000))
      await sql`UPDATE assignment SET facts = jsonb_set(facts, '{until}', ${tomorrow}::jsonb) WHERE id = ${id}`.execute(
        stand.deps.database.db,
      )
      const before = await books()
      for (const sid of [caller.callSid, `CA${'9'.repeat(32)}`]) {
        const taken = await callback(`/voice/agent/${id}/accept`, leg(sid, gathered('1')))
        expect(taken.text).not.toContain('<Conference')
        await callback(`/voice/agent/${id}/ended`, leg(sid, { CallStatus: 'busy' }))
        await callback('/voice/room', { ...joined(await assignmentOf(id), sid), ConferenceSid: `CF${'0'.repeat(32)}` })
      }
      expect(await books()).toEqual(before)
      expect(phone.view().state).toBe('ringing')
    },
    LIMIT_MS,
  )
})

describe('an agent', () => {
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

  it(
    'does nothing with a call of somebody else, a supervisor neither',
    async () => {
      const caller = await waitingCaller()
      const { id } = await talking('anna', caller)
      const before = await books()
      for (const name of ['ben', 'sam']) {
        const { post } = await signedIn(name)
        for (const [action, body] of deeds) {
          const { status, body: said } = await post(`/assignments/${id}/${action}`, body)
          expect([name, action, status, said.code]).toEqual([name, action, 404, 'not_found'])
        }
      }
      expect(await books()).toEqual(before)
    },
    LIMIT_MS,
  )

  it(
    'without his session, its csrf, or a page of ours does nothing with his own',
    async () => {
      const caller = await waitingCaller()
      const { id } = await talking('anna', caller)
      const anna = await signedIn('anna')
      const ben = await signedIn('ben')
      const left = await signedIn('anna')
      expect((await left.post('/sign-out')).status).toBe(200)
      const before = await books()
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
      expect(await books()).toEqual(before)
    },
    LIMIT_MS,
  )

  it(
    'is given no caller of a topic that is not his, nor one whom he picks, and is made no more than he is',
    async () => {
      const caller = await waitingCaller()
      const ben = await signedIn('ben')
      const before = await books()
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
      expect(await books()).toEqual(before)
      expect((await stand.view('ben')).figures).toBeNull()
    },
    LIMIT_MS,
  )

  it(
    'passes nobody on to another brand, to a queue that asks for more, or to somebody who is not there',
    async () => {
      const caller = await waitingCaller()
      const { id } = await talking('anna', caller)
      const { post } = await signedIn('anna')
      const before = await books()
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
      expect(await books()).toEqual(before)
    },
    LIMIT_MS,
  )

  it(
    'who clicks twice has one call, and one phone that rings',
    async () => {
      const callers = [await waitingCaller(), await waitingCaller()]
      const { post } = await signedIn('anna')
      const phones = () => stand.standIn.exchange.handsets().filter((phone) => phone.view().kind === 'agent').length
      const [before, { lines }] = [phones(), await books()]
      const both = await Promise.all([post('/take'), post('/take')])
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
      const since = (await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })).slice(lines)
      expect(since.filter(({ kind }) => kind === 'offered')).toMatchObject([
        { kind: 'offered', callId: callers[0]?.callSid, facts: { agent: 'anna' } },
      ])
      expect(phones() - before).toBe(1)
    },
    LIMIT_MS,
  )

  it(
    'writes on the ticket of the customer whom he was shown, and on no other',
    async () => {
      const { db } = stand.deps.database
      const caller = await stand.verified()
      const { id } = await talking('anna', caller)
      const { post } = await signedIn('anna')
      expect((await post(`/assignments/${id}/finish`)).status).toBe(200)
      const hanna = (await assignmentOf(id)).ref
      const tickets = () => db.selectFrom('ticket').selectAll().where('ref', '<>', hanna).orderBy('number').execute()
      const others = await tickets()
      const wrapUp = `/assignments/${id}/wrap-up`
      const foreign = others[0]
      if (!foreign) throw new Error('the demo has no ticket of anybody else')
      const wrap = { note: 'Zähler getauscht', ticket: 'close' }
      for (const more of [{ number: foreign.number }, { ref: foreign.ref }, { topic: foreign.topic }])
        expect((await post(wrapUp, { ...wrap, ...more })).status).toBe(400)
      expect((await post(wrapUp, { ...wrap, ticket: foreign.number })).status).toBe(400)
      expect((await assignmentOf(id)).state).toBe('wrap_up')
      const both = await Promise.all([post(wrapUp, wrap), post(wrapUp, wrap)])
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
      expect(await tickets()).toEqual(others)
      const notes = await db
        .selectFrom('ticket_note')
        .innerJoin('ticket', 'ticket.number', 'ticket_note.number')
        .select(['ticket.ref', 'ticket_note.text', 'ticket_note.agent'])
        .execute()
      expect(notes).toEqual([{ ref: hanna, text: 'Zähler getauscht', agent: 'Anna' }])
    },
    LIMIT_MS,
  )
})
