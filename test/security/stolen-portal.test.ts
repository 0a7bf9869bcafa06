/**
 * The first hour of somebody who has the log-in of a customer at the operator's portal and nothing else, minute by minute, against the real API and the real
 * telephone. What comes of it is the table of docs/security.md#a-stolen-log-in.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { portalLimits } from '../../src/auth/portal-limits.ts'
import type { CallContext } from '../../src/context/call-context.ts'
import { type LookUpStand, openLookUp } from '../support/look-up.ts'
import { people } from '../support/people.ts'
import { type PhoneCall, phone } from '../support/phone-call.ts'
import type { PortalReply } from '../support/portal.ts'
import { describePostgres } from '../support/stores.ts'

const BRAND = 'alpenfunk'
const { first: OWNER } = people[BRAND] as NonNullable<typeof people.alpenfunk>
const CHOSEN = '7025'
const DANGEROUS = ['change_tariff', 'change_address']

interface Step {
  minute: number
  does: string
  /** Throws where it gives more or less than `gives` says. */
  act(): Promise<PortalReply | CallContext>
  gives: string
}

describePostgres('with a stolen log-in at the portal (threat 32)', (postgres) => {
  let stand: LookUpStand
  beforeAll(async () => {
    stand = await openLookUp(postgres(), BRAND)
  })
  afterAll(() => stand.close())

  const token = (changed: Record<string, unknown> = {}) =>
    stand.portal.token(OWNER.number, { brand: BRAND, ...changed })
  const ask = async (method: string, path: string, body?: object, port?: number) =>
    stand.portal.ask(method, path, await token(), body, port)
  const place = { brand: BRAND, customerNumber: OWNER.number }
  const told = async () =>
    (await stand.asOwner<{ kind: string }>('SELECT kind FROM message ORDER BY id')).map(({ kind }) => kind)

  let call: PhoneCall
  let pin = OWNER.pin
  /** What an agent would see of somebody who keys this PIN. */
  async function calls(keyed: string): Promise<CallContext> {
    call = phone(stand.app, { brand: BRAND })
    await call.toPin(OWNER.number)
    await call.key(keyed)
    return stand.app.context(call.sid)
  }
  const isProved = async (keyed: string) => {
    const { assurance } = await calls(keyed)
    await call.hangUp()
    return assurance.level === 2
  }

  const steps: Step[] = [
    {
      minute: 0,
      does: 'reads the state',
      act: async () => {
        const reply = await ask('GET', 'state')
        expect(reply.body).toMatchObject({ rest: null, lock: { kind: 'none' }, allows: { reveal: false } })
        return reply
      },
      gives: 'how the lock stands, the SIMs and their numbers; no digit of a PIN or PUK',
    },
    {
      minute: 1,
      does: 'reads the data',
      act: async () => {
        const reply = await ask('GET', 'data')
        expect(reply.body).toMatchObject({ customerNumber: OWNER.number, contacts: expect.any(Array) })
        expect(JSON.stringify(reply.body)).not.toContain(OWNER.pin)
        return reply
      },
      gives: 'name, birth date, contracts, numbers and contacts; it is an event',
    },
    {
      minute: 2,
      does: 'looks the PIN up where the voice is served',
      act: () => ask('POST', 'reveal'),
      gives: 'nothing: there is no such door',
    },
    {
      minute: 3,
      does: 'looks it up at `rufpass portal`, without the second factor',
      act: () => ask('POST', 'reveal', undefined, stand.process.port),
      gives: 'nothing, and none of the three of the day is spent',
    },
    {
      minute: 5,
      does: 'guesses at the PIN by setting one',
      act: async () => {
        const reply = await ask('PUT', 'pin', { pin: OWNER.pin })
        expect(reply.body).toEqual({})
        return reply
      },
      gives: 'no answer to the guess, right as it was: it is set like any other',
    },
    {
      minute: 6,
      does: 'sets a PIN of their own',
      act: async () => {
        const reply = await ask('PUT', 'pin', { pin: CHOSEN })
        expect(await isProved(OWNER.pin)).toBe(false)
        pin = CHOSEN
        return reply
      },
      gives: "the PIN; the owner's is dead",
    },
    {
      minute: 8,
      does: 'calls with it',
      act: async () => {
        const context = await calls(CHOSEN)
        expect(context.assurance.level).toBe(2)
        expect(context.resting?.actions).toEqual(DANGEROUS)
        expect(context.may.filter((action) => DANGEROUS.includes(action))).toEqual([])
        const until = Date.parse(context.resting?.until ?? '') - Date.now()
        expect([until > 71.9 * 3_600_000, until <= 72 * 3_600_000]).toEqual([true, true])
        await call.hangUp()
        return context
      },
      gives: 'bills and contracts read out; no other tariff or address for 72 hours, and no SIM or bank data ever',
    },
    {
      minute: 10,
      does: 'undoes',
      act: () => ask('POST', 'pin/undo'),
      gives: 'nothing: no PIN was set by phone',
    },
    {
      minute: 11,
      does: 'lifts the lock',
      act: () => ask('POST', 'unlock'),
      gives: 'nothing: there is none',
    },
    {
      minute: 12,
      does: "switches a SIM's PUK off",
      act: async () => {
        const { body } = await ask('GET', 'state')
        const [sim] = body.sims as { id: string }[]
        return ask('PUT', `sims/${sim?.id}`, { puk: 'off' })
      },
      gives: "the owner's second way to prove it is them is gone, until they switch it on",
    },
    {
      minute: 15,
      does: 'asks for everything to be erased',
      act: () => ask('POST', 'erasure'),
      gives: 'nothing: a contract runs',
    },
    {
      minute: 18,
      does: 'sends a token of before once more',
      act: async () => {
        const used = await token()
        await stand.portal.ask('POST', 'unlock', used)
        return stand.portal.ask('POST', 'pin/new', used)
      },
      gives: 'nothing: a token changes something once',
    },
    {
      minute: 20,
      does: 'goes on with the log-in of minute 0',
      act: async () => {
        const since = Math.floor(stand.app.clock.now().getTime() / 1000) - 20 * 60
        return stand.portal.ask('POST', 'pin/new', await token({ auth_time: since }))
      },
      gives: 'nothing: it takes a log-in of the last five minutes',
    },
    {
      minute: 25,
      does: 'asks for new PINs, one after the other',
      act: async () => {
        for (;;) {
          const reply = await ask('POST', 'pin/new')
          if (reply.status !== 200) return reply
          pin = String(reply.body.pin)
        }
      },
      gives: `a PIN each time, and none any more when the ${portalLimits.change} acts of the day are spent`,
    },
    {
      minute: 40,
      does: 'calls with the last one, while the owner tells the operator, who locks the account',
      act: async () => {
        const before = await calls(pin)
        expect(before.assurance.level).toBe(2)
        await stand.app.deps.accounts.lock(place, { actor: 'cli', reason: 'The owner called' })
        const context = await stand.app.context(call.sid)
        expect(context.account).toBeNull()
        await call.hangUp()
        return context
      },
      gives: 'the open call proves nothing any more, and no other will',
    },
    {
      minute: 60,
      does: 'reads the state',
      act: async () => {
        const reply = await ask('GET', 'state')
        const { choose, renew, undo, unlock, reveal } = reply.body.allows as Record<string, boolean>
        expect([choose, renew, undo, unlock, reveal]).toEqual(Array(5).fill(false))
        expect(reply.body).toMatchObject({ lock: { kind: 'operator' }, rest: { until: expect.any(String) } })
        return reply
      },
      gives: 'that the operator has locked it; a new PIN comes by post to the address of before',
    },
  ]

  it('gives what docs/security.md says, and no more', async () => {
    const rows: string[][] = [['Minute', 'The thief', 'Answer', 'What it gives', 'The owner is told']]
    let now = 0
    for (const { minute, does, act, gives } of steps) {
      stand.app.clock.turn((minute - now) * 60_000)
      now = minute
      const before = (await told()).length
      const answer = answerOf(await act())
      rows.push([String(minute), does, answer, gives, tellingsOf((await told()).slice(before))])
    }
    const written = rows.map((cells) => `| ${cells.join(' | ')} |`)
    written.splice(1, 0, '|---|---|---|---|---|')
    const page = readFileSync('docs/security.md', 'utf8')
    const [, section = ''] = /## A stolen log-in\n([\s\S]*?)\n## /.exec(page) ?? []
    expect(section.split('\n').filter((text) => text.startsWith('|'))).toEqual(written)
  })
})

function answerOf(given: PortalReply | CallContext): string {
  if (!('status' in given)) return `level ${given.assurance.level}`
  return given.status === 200 ? '200' : `${given.status} \`${given.body.code}\``
}

function tellingsOf(kinds: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, times]) => `\`${kind}\`${times > 1 ? `, ${times} times` : ''}`).join(', ')
}
