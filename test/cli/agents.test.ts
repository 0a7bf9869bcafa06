import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { AgentError, registerAgents } from '../../src/cli/agents.ts'
import { askPassword } from '../../src/cli/ask-password.ts'
import { openAgents } from '../../src/cli/open-store.ts'
import { loadHotlines, takenBy } from '../../src/hotlines/hotlines.ts'
import type { AgentDirectory, Sessions, SignIn } from '../../src/seams/agents.ts'
import { createAgents, createPasswordSignIn } from '../../src/store/agents.ts'
import type { Database } from '../../src/store/database.ts'
import { loadDemoAgents } from '../../src/store/demo.ts'
import { demoAgents } from '../../src/store/demo-cast.ts'
import { createSessions } from '../../src/store/sessions.ts'
import { openAnyStore } from '../support/any-store.ts'
import { WAITED_MS } from '../support/hanging.ts'

const PASSWORD = 'a good long password'
const served = takenBy(loadHotlines('flows'))

let database: Database
let agents: AgentDirectory
let signIn: SignIn
let sessions: Sessions
beforeAll(async () => {
  database = await openAnyStore()
  agents = createAgents(database.db)
  signIn = createPasswordSignIn(database.db, createHashingSlots(2), WAITED_MS)
  sessions = createSessions(database.db)
})
afterAll(() => database.close())
beforeEach(async () => {
  for (const table of ['agent_session', 'agent'] as const) await database.db.deleteFrom(table).execute()
})

/** Runs one command line; `typed` is what the password prompt gives. */
async function rufpass(line: string, typed: string | null = PASSWORD) {
  const out: string[] = []
  let [closed, asked] = [0, 0]
  const program = new Command('rufpass').exitOverride().configureOutput({ writeErr: () => {} })
  registerAgents(program, {
    open: async () => ({
      agents,
      served,
      close: async () => {
        closed++
      },
    }),
    askPassword: async () => {
      asked++
      return typed
    },
    out: (text) => out.push(text),
  })
  let failure: unknown = null
  try {
    await program.parseAsync(['agents', ...line.split(' ')], { from: 'user' })
  } catch (error) {
    failure = error
  }
  return { out: out.join('\n'), failure, closed, asked }
}

describe('rufpass agents add', () => {
  it('adds somebody who can sign in, for everything that the flows have unless told otherwise', async () => {
    const added = await rufpass('add mara --phone +493023125460 --display-name Mara')
    expect(added).toEqual({ out: 'mara can sign in now.', failure: null, closed: 1, asked: 1 })
    expect(await agents.find('mara')).toEqual({
      name: 'mara',
      displayName: 'Mara',
      role: 'agent',
      brands: served.brands,
      topics: served.topics,
      languages: served.languages,
      phone: '+493023125460',
      disabled: false,
    })
    expect(served.topics).toEqual(expect.arrayContaining(['bill', 'outage', 'general']))
    expect(await signIn.verify('mara', PASSWORD)).toBe('mara')
  })

  it('takes brands, topics, languages and role', async () => {
    await rufpass(
      'add mara --phone sip:m@pbx.example --brands rheinnetz,alpenfunk --topics bill --languages de --role supervisor',
    )
    expect(await agents.find('mara')).toMatchObject({
      displayName: 'mara',
      role: 'supervisor',
      brands: ['rheinnetz', 'alpenfunk'],
      topics: ['bill'],
      languages: ['de'],
    })
  })

  it.each([
    ['Mara --phone client:mara', /^The name must be small letters/],
    ['mara --phone 030123', /^--phone must be like/],
    ['mara --phone client:a\u0007b', /^--phone must be like/],
    ['mara --phone +492214710100', /^--phone: \+492214710100 is a number of our own hotlines/],
    ['mara --phone sip:00492214710100@lines.sip.twilio.com', /^--phone: \+492214710100 is a number of our own/],
    ['mara --phone sip:+492214710100;x=1@lines.sip.frankfurt.twilio.com:5061', /^--phone: \+492214710100 is a number/],
    ['mara --phone client:mara --role boss', /^--role must be agent or supervisor/],
    [
      'mara --phone client:mara --brands rheinnetz,nobody',
      /^--brands: the flows have no 'nobody'\. Name some of: .*rheinnetz/,
    ],
    ['mara --phone client:mara --topics bill,', /^--topics: the flows have no ''\./],
    ['mara --phone client:mara --languages fr', /^--languages: the flows have no 'fr'/],
  ])('refuses %j before it asks for a password', async (line, message) => {
    const { failure, closed, asked } = await rufpass(`add ${line}`)
    expect(failure).toBeInstanceOf(AgentError)
    expect(String((failure as Error).message)).toMatch(message)
    expect([closed, asked, await agents.list()]).toEqual([1, 0, []])
  })

  it('refuses a bad password, and one that was typed differently', async () => {
    for (const typed of ['eleven char', null, 'x'.repeat(257)]) {
      const { failure } = await rufpass('add mara --phone client:mara', typed)
      expect(failure).toBeInstanceOf(AgentError)
    }
    expect(await agents.list()).toEqual([])
  })

  it('takes no password on the command line', async () => {
    const { failure } = await rufpass(`add mara --phone client:mara --password ${PASSWORD.replaceAll(' ', '-')}`)
    expect(failure).toMatchObject({ code: 'commander.unknownOption' })
    expect(await agents.list()).toEqual([])
  })

  it('gives a name once', async () => {
    await rufpass('add mara --phone client:mara')
    const second = await rufpass('add mara --phone client:other', 'another good password')
    expect(second.failure).toMatchObject({ message: expect.stringContaining('already') })
    expect(await agents.find('mara')).toMatchObject({ phone: 'client:mara' })
  })
})

describe('rufpass agents change', () => {
  beforeEach(() => rufpass('add mara --phone client:mara --topics bill --languages de'))

  it.each([
    ['--phone +493023125460', { phone: '+493023125460' }],
    // Our number at a telephone system of the operator's own is a telephone there.
    ['--phone sip:+492214710100@pbx.example.com', { phone: 'sip:+492214710100@pbx.example.com' }],
    ['--display-name Mara.Blum', { displayName: 'Mara.Blum' }],
    ['--role supervisor', { role: 'supervisor' }],
    ['--brands rheinnetz,alpenfunk', { brands: ['rheinnetz', 'alpenfunk'] }],
    ['--topics all', { topics: served.topics }],
    ['--languages en,de --topics general', { languages: ['en', 'de'], topics: ['general'] }],
  ])('changes %s and nothing else, and asks for no password', async (options, changes) => {
    const before = await agents.find('mara')
    const done = await rufpass(`change mara ${options}`)
    expect(done).toEqual({ out: 'mara is changed.', failure: null, closed: 1, asked: 0 })
    expect(await agents.find('mara')).toEqual({ ...before, ...changes })
    expect(await signIn.verify('mara', PASSWORD)).toBe('mara')
  })

  it.each([
    ['mara', /^Name what is to change/],
    ['mara --role boss', /^--role must be agent or supervisor/],
    ['mara --phone 030123 --topics general', /^--phone must be like/],
    ['mara --topics general --phone +492214710100', /^--phone: \+492214710100 is a number of our own hotlines/],
    ['mara --topics bill,nothing --phone client:m', /^--topics: the flows have no 'nothing'/],
    ['nobody --role agent', /^There is no agent 'nobody'/],
  ])('refuses %j, and changes nothing', async (line, message) => {
    const before = await agents.list()
    const { failure, closed } = await rufpass(`change ${line}`)
    expect(failure).toBeInstanceOf(AgentError)
    expect((failure as Error).message).toMatch(message)
    expect([await agents.list(), closed]).toEqual([before, 1])
  })

  it('keeps who is signed in signed in', async () => {
    const at = new Date()
    const token = await sessions.open('mara', at)
    await rufpass('change mara --role supervisor')
    expect(await sessions.find(token, at)).toBe('mara')
  })
})

describe('rufpass agents list, disable, enable and password', () => {
  beforeEach(async () => {
    await rufpass('add mara --phone client:mara --topics bill')
    await rufpass('add noah --phone client:noah')
  })

  it('lists all, and nothing of their passwords', async () => {
    await rufpass('disable noah')
    const { out } = await rufpass('list')
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^name +role +phone +brands +topics +languages +display name$/),
      expect.stringMatching(/^mara +agent +client:mara .* bill .*mara$/),
      expect.stringMatching(/^noah .*\(disabled\)$/),
    ])
    const json = (await rufpass('list --json')).out
    expect(json.split('\n').map((line) => JSON.parse(line))).toEqual(await agents.list())
    expect(`${out}${json}`).not.toMatch(/argon|\$/)
  })

  it('enables who was disabled, and opens no session again', async () => {
    const at = new Date()
    const token = await sessions.open('mara', at)
    await rufpass('disable mara')
    expect(await rufpass('enable mara')).toEqual({ out: 'mara can sign in again.', failure: null, closed: 1, asked: 0 })
    expect(await signIn.verify('mara', PASSWORD)).toBe('mara')
    expect(await sessions.find(token, at)).toBeNull()
  })

  it('disables until further notice, and at once', async () => {
    const at = new Date()
    const token = await sessions.open('mara', at)
    expect((await rufpass('disable mara')).failure).toBeNull()
    expect(await sessions.find(token, at)).toBeNull()
    expect(await signIn.verify('mara', PASSWORD)).toBeNull()
  })

  it('changes a password, and ends what was open', async () => {
    const at = new Date()
    const token = await sessions.open('mara', at)
    expect((await rufpass('password mara', 'another good password')).failure).toBeNull()
    expect(await sessions.find(token, at)).toBeNull()
    expect(await signIn.verify('mara', 'another good password')).toBe('mara')
  })

  it('knows nobody else, and asks for no password then', async () => {
    for (const line of ['disable nobody', 'enable nobody', 'password nobody']) {
      const { failure, asked } = await rufpass(line)
      expect(failure).toMatchObject({ message: expect.stringContaining("no agent 'nobody'") })
      expect(asked).toBe(0)
    }
  })
})

describe('the password', () => {
  const typing = (text: string, isTTY: boolean) => {
    const input = Object.assign(new PassThrough(), { isTTY })
    const shown: string[] = []
    const answer = askPassword({ input, out: { write: (written: string) => shown.push(written) > 0 } })
    input.end(text)
    return answer.then((password) => ({ password, shown: shown.join('') }))
  }

  it('is asked for twice at a terminal, and not shown', async () => {
    expect(await typing(`${PASSWORD}\r${PASSWORD}\r`, true)).toEqual({
      password: PASSWORD,
      shown: 'Password: \nThe same again: \n',
    })
    expect(await typing(`${PASSWORD}\rsomething else\r`, true)).toMatchObject({ password: null })
    expect(await typing(`${PASSWORD}\r\u0003`, true)).toMatchObject({ password: null })
  })

  it('comes without a question from the standard input, whole and without its line feed', async () => {
    expect(await typing(` ${PASSWORD} \nrest`, false)).toEqual({ password: ` ${PASSWORD} `, shown: '' })
    expect(await typing('', false)).toEqual({ password: null, shown: '' })
  })
})

describe('the demo agents', () => {
  it('come into a store without agents alone, and can sign in as they are printed', async () => {
    await loadDemoAgents(agents, served)
    await loadDemoAgents(agents, served)
    const printed = demoAgents()
    expect(printed.map(({ name, role, phone }) => [name, role, phone])).toEqual([
      ['anna', 'agent', 'client:anna'],
      ['ben', 'agent', 'client:ben'],
      ['sam', 'supervisor', 'client:sam'],
    ])
    for (const { name, password } of printed) expect(await signIn.verify(name, password)).toBe(name)
    expect(await agents.find('anna')).toMatchObject({
      brands: served.brands,
      topics: served.topics,
      languages: ['de', 'en', 'tr'],
    })
    expect(await agents.find('ben')).toMatchObject({ brands: served.brands, topics: ['bill', 'general'] })
  })

  it('do not come beside others', async () => {
    await rufpass('add mara --phone client:mara')
    await loadDemoAgents(agents, served)
    expect((await agents.list()).map(({ name }) => name)).toEqual(['mara'])
  })
})

it('the command opens the configured store and flows', async () => {
  const tools = await openAgents({ database: join(mkdtempSync(join(tmpdir(), 'rufpass-agents-')), 'db') })
  try {
    expect(tools.served).toEqual(served)
    expect(await tools.agents.list()).toEqual([])
  } finally {
    await tools.close()
  }
})
