/** The desk over real HTTP, with the real store and a small floor in memory that takes as the real one would. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import request from 'supertest'
import { apiRoutes } from '../../src/api/routes.ts'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import type { CallContext } from '../../src/context/call-context.ts'
import { type DeskPageParts, deskPageRoutes } from '../../src/desk/routes.ts'
import type { DeskSide, Done } from '../../src/floor/floor.ts'
import type { DeskView } from '../../src/floor/view.ts'
import { createAgents, createPasswordSignIn } from '../../src/store/agents.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createIncidents } from '../../src/store/incidents.ts'
import { createNoticeStore } from '../../src/store/notices.ts'
import { createReferences, createSessions } from '../../src/store/sessions.ts'
import { createSignInLimits } from '../../src/store/sign-in-limits.ts'
import { createSprays } from '../../src/store/sprays.ts'
import { createHolidays } from '../../src/turn/holidays.ts'
import { shipped } from '../flow/shipped.ts'
import { addAgent } from '../support/cheap-verifiers.ts'
import { createTestClock } from '../support/clock.ts'
import { WAITED_MS } from '../support/hanging.ts'
import { heldHours } from '../support/held-hours.ts'
import { namedTokens } from '../support/named-tokens.ts'
import { noAccountChanges, noAccounts, noCallCodes, noCustomerFile, noErasures } from '../support/no-accounts.ts'
import { noReports, noVerification } from '../support/no-reports.ts'

export const PASSWORD = 'a good long password'
export const TOKEN = 'desk-token'
const SUBJECT_KEY = Buffer.alloc(32, 7)
export const sid = (end: string): string => `CA${end.padStart(32, '0')}`
export const PAGE = '<!doctype html><title>desk</title>'

const DONE: Done = { done: true }

/** One call for each of two agents; everything else is refused as the floor says. */
export function fakeFloor() {
  const assignments: Record<string, { id: string; callId: string; held: boolean }> = {
    anna: { id: 'as-anna', callId: sid('a'), held: false },
  }
  const presence = new Map<string, 'available' | 'away'>()
  const listeners = new Set<() => void>()
  const done: unknown[][] = []
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const on =
    (what: string) =>
    async (agent: string, id: string, ...more: unknown[]): Promise<Done> => {
      const mine = assignments[agent]
      if (mine?.id !== id) return { refused: 'not_found' }
      done.push([what, agent, id, ...more])
      if (what === 'hold') mine.held = true
      tell()
      return DONE
    }
  const floor: DeskSide = {
    view: async (agent) => (agent === 'stranger' ? null : viewOf(agent, assignments[agent], presence.get(agent))),
    changes(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async setPresence(agent, wanted) {
      presence.set(agent, wanted)
      done.push(['presence', agent, wanted])
      tell()
      return DONE
    },
    async beat(agent) {
      done.push(['beat', agent])
    },
    async signedOut(agent) {
      presence.set(agent, 'away')
      done.push(['signedOut', agent])
      tell()
    },
    async setAway(by, agent) {
      if ('system' in by || by.supervisor !== 'sam') return { refused: 'not_allowed' }
      presence.set(agent, 'away')
      done.push(['setAway', by.supervisor, agent])
      tell()
      return DONE
    },
    async take(agent, callId) {
      if (assignments[agent]) return { refused: 'busy' }
      done.push(['take', agent, callId])
      assignments[agent] = { id: `as-${agent}`, callId: callId ?? sid('b'), held: false }
      tell()
      return DONE
    },
    decline: on('decline'),
    hold: on('hold'),
    resume: on('resume'),
    check: on('check'),
    async code(agent, id, code) {
      const told = await on('code')(agent, id, code)
      return 'refused' in told ? told : { isRight: code.length === 16 }
    },
    transfer: on('transfer'),
    fetchBack: on('fetchBack'),
    finish: on('finish'),
    leave: on('leave'),
    draft: on('draft'),
    confirmName: on('confirmName'),
    orderLetter: on('orderLetter'),
    ticket: on('ticket'),
    wrapUp: on('wrapUp'),
  }
  return { floor, done, tell, listeners, assignments }
}

let looks = 0
function viewOf(
  agent: string,
  assignment: { id: string; callId: string; held: boolean } | undefined,
  presence: 'available' | 'away' = 'away',
): DeskView {
  // The clock of a view moves at every look, whether anything has changed or not.
  const at = new Date(Date.UTC(2026, 10, 22, 10) + looks++).toISOString()
  return {
    version: 1,
    at,
    me: {
      name: agent,
      displayName: agent,
      role: 'agent',
      presence,
      awayBecause: null,
      phone: `client:${agent}`,
      brands: ['rheinnetz'],
      topics: ['bill'],
      languages: ['de'],
    },
    networkSilentSince: null,
    waiting: { total: 0, mine: 0, callers: [] },
    assignment: assignment
      ? {
          id: assignment.id,
          callSid: assignment.callId,
          state: 'talking',
          held: assignment.held,
          heldSince: assignment.held ? '2026-11-22T10:01:00.000Z' : null,
          brand: 'rheinnetz',
          queue: 'rheinnetz.bill',
          topic: 'bill',
          since: '2026-11-22T10:00:00.000Z',
          ringUntil: null,
          wrapUpUntil: null,
          from: null,
          passing: null,
          preview: null,
          check: null,
          endedBy: null,
          context: null,
          draft: null,
          notes: [],
          letter: null,
          nameConfirmed: null,
          keeps: 'call',
          actions: ['hold', 'finish'],
        }
      : null,
    missed: null,
    colleagues: [],
    queues: [],
    supervision: null,
    figures: null,
  }
}

const context: CallContext = {
  version: 1,
  callSid: sid('a'),
  brand: 'rheinnetz',
  language: 'de',
  topic: 'bill',
  caller: { number: null, onFile: false },
  carried: null,
  assurance: { level: 0, method: null, at: null },
  outcome: 'refused',
  account: null,
  contacts: [],
  tickets: [],
  notes: [],
  incidents: [],
  elsewhere: [],
  may: [],
  mayNot: [],
  resting: null,
  ticket: null,
  waitingSince: null,
  failedTriesBefore: 0,
  lockedUntil: null,
  flags: [],
}

export function builtPages(): string {
  const dir = mkdtempSync(join(tmpdir(), 'rufpass-pages-'))
  mkdirSync(join(dir, 'desk'))
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'desk', 'index.html'), PAGE)
  writeFileSync(join(dir, 'assets', 'desk-1a2b.js'), 'export {}\n')
  return dir
}

/** What a browser holds after a sign-in; the rest is of that answer alone. */
export interface Holder {
  cookie: string
  csrf: string
}
interface SignedInBrowser extends Holder {
  answer: request.Response
  /** The Set-Cookie of the answer. */
  set: string
}

export type TestDesk = Awaited<ReturnType<typeof openDesk>>

/** Empties the agents' tables, adds anna and ben, and listens. `kept`: another one beside, with what is there. */
export async function openDesk({ db }: Database, over: Partial<DeskPageParts> = {}, tables: 'new' | 'kept' = 'new') {
  const emptied = tables === 'kept' ? [] : (['desk_reference', 'agent_session', 'sign_in_count', 'agent'] as const)
  for (const table of emptied) await db.deleteFrom(table).execute()
  const agents = createAgents(db)
  for (const name of tables === 'kept' ? [] : ['anna', 'ben'])
    await addAgent(
      db,
      {
        name,
        displayName: name.toUpperCase(),
        role: 'agent',
        brands: ['rheinnetz'],
        topics: ['bill'],
        languages: ['de'],
        phone: `client:${name}`,
      },
      PASSWORD,
    )
  const fake = fakeFloor()
  const clock = createTestClock()
  const record = createEventLog(db)
  const first = (await record.read({ limit: 10_000 })).at(-1)?.id ?? 0
  const errors: { route: string; err: unknown }[] = []
  const log = { error: (fields: { route: string; err: unknown }) => void errors.push(fields), warn: () => {} }
  const references = createReferences(db)
  const notices = createNoticeStore(db)
  const held = heldHours()
  const calendar = createHolidays()
  const page = deskPageRoutes({
    hotlines: { byBrand: shipped },
    notices,
    specialHours: held.store,
    calendar,
    incidents: createIncidents(db),
    sprays: {
      found: () => [{ brand: 'rheinnetz', failures: 170, accounts: 60, isAlarmed: true }],
      look: async () => {},
    },
    sprayBook: createSprays(db),
    floor: fake.floor,
    books: {
      ownDay: async () => ({ calls: [], notices: [] }),
      looseNotes: async () => ({ notes: [] }),
      search: async () => ({ customers: [] }),
    },
    signIn: createPasswordSignIn(db, createHashingSlots(4), WAITED_MS),
    signInLimits: createSignInLimits(db, SUBJECT_KEY),
    agents,
    sessions: createSessions(db),
    references,
    events: record,
    publicBaseUrl: 'http://localhost:3000',
    openUrl: 'https://crm.example.com/open?ref={reference}',
    pagesDir: builtPages(),
    demo: true,
    demoAgents: [],
    trustedProxies: 1,
    clock,
    log,
    ...over,
  })
  const readers: unknown[][] = []
  const app = express()
  app.use(page.router)
  app.use(
    apiRoutes({
      agents,
      accounts: noAccounts,
      callCodes: noCallCodes,
      erasures: noErasures,
      accountChanges: noAccountChanges,
      customerFile: noCustomerFile,
      orderPins: { set: async () => null },
      tokens: namedTokens().tokens,
      tickets: noReports,
      verify: noVerification,
      apiToken: TOKEN,
      publicBaseUrl: 'http://localhost:3000',
      references,
      setAway: ({ actor, brands }, agent) => fake.floor.setAway({ system: actor, brands }, agent),
      notices,
      specialHours: held.store,
      calendar,
      brands: [],
      clock,
      log,
      contexts: {
        waiting: async () => [],
        async of(...given) {
          readers.push(given)
          return given[0] === context.callSid ? context : null
        },
      },
    }),
  )
  const server: Server = createServer(app)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  /** `from`: as the proxy in front tells it. */
  async function signIn(name: string, password = PASSWORD, from = '203.0.113.7'): Promise<SignedInBrowser> {
    const answer = await request(base).post('/desk/api/sign-in').set('x-forwarded-for', from).send({ name, password })
    const set = answer.headers['set-cookie']?.[0] ?? ''
    return { answer, set, cookie: set.split(';')[0] ?? '', csrf: String(answer.body.csrf) }
  }
  return {
    ...fake,
    agents,
    record,
    held,
    notices,
    clock,
    errors,
    readers,
    base,
    page,
    server,
    signIn,
    events: async () =>
      (await record.read({ after: first, limit: 1_000 })).map(({ kind, actor, facts }) => [kind, actor, facts]),
    get: (path: string, { cookie }: Pick<Holder, 'cookie'>): request.Test =>
      request(base).get(path).set('Cookie', cookie),
    post: (path: string, { cookie, csrf }: Holder, body: string | object = {}): request.Test =>
      request(base).post(path).set('Cookie', cookie).set('x-csrf-token', csrf).send(body),
    async close() {
      page.close()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
