import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { newAssignment } from '../../src/floor/assignment.ts'
import type { Agent, AgentDirectory, References, Sessions, SignIn } from '../../src/seams/agents.ts'
import { createAgents, createPasswordSignIn } from '../../src/store/agents.ts'
import type { Database } from '../../src/store/database.ts'
import { createFloorStore } from '../../src/store/floor/assignments.ts'
import { createReferences, createSessions } from '../../src/store/sessions.ts'
import { WAITED_MS } from '../support/hanging.ts'
import { describeStores } from '../support/stores.ts'

const anna: Omit<Agent, 'disabled'> = {
  name: 'anna',
  displayName: 'Anna Kern',
  role: 'agent',
  brands: ['rheinnetz', 'alpenfunk'],
  topics: ['bill', 'general'],
  languages: ['de', 'en'],
  phone: 'client:anna',
}
const PASSWORD = 'a good long password'
const at = new Date('2026-11-22T10:00:00.000Z')
const later = (ms: number): Date => new Date(at.getTime() + ms)
const MINUTE = 60_000

describeStores('agents', (open) => {
  let database: Database
  let agents: AgentDirectory
  let signIn: SignIn
  let sessions: Sessions
  let references: References
  beforeAll(async () => {
    database = await open()
    agents = createAgents(database.db)
    signIn = createPasswordSignIn(database.db, createHashingSlots(2), WAITED_MS)
    sessions = createSessions(database.db)
    references = createReferences(database.db)
  })
  beforeEach(async () => {
    for (const table of ['desk_reference', 'agent_session', 'agent'] as const)
      await database.db.deleteFrom(table).execute()
    await agents.add(anna, PASSWORD)
  })

  describe('the directory', () => {
    it('gives back who was added, and never the password', async () => {
      await agents.add({ ...anna, name: 'aaron', role: 'supervisor' }, PASSWORD)
      expect(await agents.find('anna')).toEqual({ ...anna, disabled: false })
      expect((await agents.list()).map(({ name, role }) => [name, role])).toEqual([
        ['aaron', 'supervisor'],
        ['anna', 'agent'],
      ])
      expect(await agents.find('nobody')).toBeNull()
    })

    it('gives a name once', async () => {
      expect(await agents.add({ ...anna, displayName: 'Another' }, 'another password')).toBe(false)
      expect(await agents.find('anna')).toEqual({ ...anna, disabled: false })
      expect(await signIn.verify('anna', PASSWORD)).toBe('anna')
    })

    it('refuses a name that could be taken for something else', async () => {
      for (const name of ['Anna', 'an na', '', '-anna', 'a'.repeat(33)])
        await expect(agents.add({ ...anna, name }, PASSWORD)).rejects.toThrow()
    })

    it('takes no password that is short, endless or unprintable, and changes nothing then', async () => {
      for (const bad of ['', 'eleven char', 'x'.repeat(257), `a good long\u0000password`]) {
        await expect(agents.add({ ...anna, name: 'ben' }, bad)).rejects.toThrow('The password must')
        await expect(agents.setPassword('anna', bad)).rejects.toThrow('The password must')
      }
      expect(await agents.find('ben')).toBeNull()
      expect(await signIn.verify('anna', PASSWORD)).toBe('anna')
    })

    it('knows a password however its umlauts are spelled', async () => {
      await agents.setPassword('anna', 'sch\u00f6ne Gr\u00fc\u00dfe')
      expect(await signIn.verify('anna', 'scho\u0308ne Gru\u0308\u00dfe')).toBe('anna')
    })

    it('changes what is said, and nothing else', async () => {
      expect(await agents.change('anna', { displayName: 'Anna Blum', topics: ['general'] })).toBe(true)
      expect(await agents.find('anna')).toEqual({
        ...anna,
        displayName: 'Anna Blum',
        topics: ['general'],
        disabled: false,
      })
      expect(await agents.change('anna', {})).toBe(true)
      expect(await agents.change('nobody', { phone: 'client:x' })).toBe(false)
    })

    it('keeps of a password what cannot be used: argon2id with a salt of its own', async () => {
      await agents.add({ ...anna, name: 'ben' }, PASSWORD)
      const rows = await database.db.selectFrom('agent').select('password').execute()
      for (const { password } of rows) expect(password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      expect(new Set(rows.map(({ password }) => password)).size).toBe(2)
    })
  })

  describe('sign-in by password', () => {
    it('knows the right one, and nobody by any other', async () => {
      expect(await signIn.verify('anna', PASSWORD)).toBe('anna')
      for (const wrong of ['', PASSWORD.toUpperCase(), `${PASSWORD} `, 'a password that nobody has'])
        expect(await signIn.verify('anna', wrong)).toBeNull()
      expect(await signIn.verify('nobody', 'a password that nobody has')).toBeNull()
      expect(await signIn.verify("anna' OR '1'='1", PASSWORD)).toBeNull()
    })

    it('takes a slot for a name that nobody has too, and compares nothing without one', async () => {
      let taken = 0
      const counting = createPasswordSignIn(database.db, {
        take: async () => {
          taken++
          return () => {}
        },
      })
      await counting.verify('anna', 'wrong')
      await counting.verify('nobody', 'wrong')
      expect(taken).toBe(2)
      const full = createPasswordSignIn(database.db, { take: async () => null })
      await expect(full.verify('anna', PASSWORD)).rejects.toThrow('No slot')
    })

    it('costs a name that nobody has the same work', async () => {
      const timed = async (name: string): Promise<number> => {
        const start = process.cpuUsage()
        for (let n = 0; n < 5; n++) await signIn.verify(name, 'wrong')
        const { user, system } = process.cpuUsage(start)
        return user + system
      }
      await timed('anna')
      const [known, unknown] = [await timed('anna'), await timed('nobody')]
      // One missing hash of 19 MiB would make it a tenth.
      expect(unknown).toBeGreaterThan(known / 3)
    })

    it('ends with disabling', async () => {
      const token = await sessions.open('anna', at)
      const reference = await references.make('anna', 'CA1', at)
      expect(await agents.disable('anna')).toBe(true)
      expect(await signIn.verify('anna', PASSWORD)).toBeNull()
      expect(await sessions.find(token, at)).toBeNull()
      expect(await references.redeem(reference, at)).toBeNull()
      expect(await agents.find('anna')).toMatchObject({ disabled: true })
      expect(await agents.disable('nobody')).toBe(false)
      const late = await sessions.open('anna', at)
      expect([await sessions.find(late, at), await sessions.holds(late, at)]).toEqual([null, null])
    })

    it('goes by the new password alone, and ends what the old one opened', async () => {
      await agents.add({ ...anna, name: 'ben' }, PASSWORD)
      const [token, others] = [await sessions.open('anna', at), await sessions.open('ben', at)]
      expect(await agents.setPassword('anna', 'another good password')).toBe(true)
      expect(await signIn.verify('anna', PASSWORD)).toBeNull()
      expect(await signIn.verify('anna', 'another good password')).toBe('anna')
      expect(await sessions.find(token, at)).toBeNull()
      expect(await sessions.find(others, at)).toBe('ben')
      expect(await agents.setPassword('nobody', PASSWORD)).toBe(false)
    })
  })

  describe('a seat', () => {
    const presence = async () =>
      (
        await database.db.selectFrom('presence').select(['agent', 'presence', 'because']).orderBy('agent').execute()
      ).map((row) => [row.agent, row.presence, row.because])
    beforeEach(async () => {
      await database.db.deleteFrom('presence').execute()
      await agents.add({ ...anna, name: 'ben' }, PASSWORD)
      const available = { presence: 'available', because: null, since: at } as const
      for (const agent of ['anna', 'ben'])
        await database.db
          .insertInto('presence')
          .values({ agent, ...available })
          .execute()
    })

    it('that was disabled can be taken again, with the password from before and with nothing else', async () => {
      const token = await sessions.open('anna', at)
      const reference = await references.make('anna', 'CA1', at)
      await agents.disable('anna')
      expect(await signIn.verify('anna', PASSWORD)).toBeNull()
      expect(await agents.enable('anna')).toBe(true)
      expect(await agents.find('anna')).toEqual({ ...anna, disabled: false })
      expect(await signIn.verify('anna', PASSWORD)).toBe('anna')
      expect([await sessions.find(token, at), await references.redeem(reference, at)]).toEqual([null, null])
      expect(await agents.enable('anna')).toBe(true)
      expect(await agents.enable('nobody')).toBe(false)
    })

    it('is offered no caller when nobody sits there any more, also when it is enabled again', async () => {
      await agents.disable('anna')
      await agents.enable('anna')
      expect(await presence()).toEqual([
        ['anna', 'away', 'signed_out'],
        ['ben', 'available', null],
      ])
      await agents.setPassword('ben', 'another good password')
      expect(await presence()).toContainEqual(['ben', 'away', 'signed_out'])
    })

    it('keeps why it was empty already', async () => {
      await database.db.updateTable('presence').set({ presence: 'away', because: 'no_answer' }).execute()
      await agents.disable('anna')
      expect(await presence()).toContainEqual(['anna', 'away', 'no_answer'])
    })
  })

  describe('a session', () => {
    it('is found by its token alone, which is nowhere in the store', async () => {
      const token = await sessions.open('anna', at)
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(await sessions.find(token, at)).toBe('anna')
      expect(await sessions.holds(token, at)).toBe('anna')
      for (const wrong of ['', token.slice(1), `${token}A`, token.toUpperCase()]) {
        expect(await sessions.find(wrong, at)).toBeNull()
        expect(await sessions.holds(wrong, at)).toBeNull()
      }
      const [row] = await database.db.selectFrom('agent_session').selectAll().execute()
      expect(JSON.stringify(row)).not.toContain(token)
      expect(row?.hash.equals(Buffer.from(token))).toBe(false)
    })

    it('ends 60 minutes after its last use, and looking is no use', async () => {
      const token = await sessions.open('anna', at)
      expect(await sessions.find(token, later(59 * MINUTE))).toBe('anna')
      expect(await sessions.holds(token, later(118 * MINUTE))).toBe('anna')
      expect(await sessions.holds(token, later(119 * MINUTE))).toBeNull()
      expect(await sessions.find(token, later(119 * MINUTE))).toBeNull()
    })

    it('ends after 12 hours, however much it was used', async () => {
      const token = await sessions.open('anna', at)
      for (let minutes = 30; minutes < 720; minutes += 30)
        expect(await sessions.find(token, later(minutes * MINUTE))).toBe('anna')
      expect(await sessions.holds(token, later(720 * MINUTE))).toBeNull()
      expect(await sessions.find(token, later(720 * MINUTE))).toBeNull()
    })

    it('is not ended in a call that came within its time, and not brought back by a later one', async () => {
      const call = (id: string, minutes: number) =>
        newAssignment(
          {
            id,
            callId: `call ${id}`,
            agent: 'anna',
            brand: 'rheinnetz',
            queue: 'rheinnetz.bill',
            topic: 'bill',
            from: null,
            brought: null,
          },
          later(minutes * MINUTE).toISOString(),
          { ringMs: 20_000 },
        )
      const floor = createFloorStore(database.db)
      const talk = async (id: string, minutes: number): Promise<() => Promise<unknown>> => {
        const { state, callId, agent, version, redirect: move, ...facts } = call(id, minutes)
        const row = { id, call_id: callId, agent, state, version, at: later(minutes * MINUTE) }
        await database.db
          .insertInto('assignment')
          .values({ ...row, facts: JSON.stringify({ ...facts, move }) })
          .execute()
        return async () => floor.save([{ ...call(id, minutes), version: 2, state: 'over', endedBy: 'agent' }])
      }
      const token = await sessions.open('anna', at)
      for (let minutes = 30; minutes < 720; minutes += 30) await sessions.find(token, later(minutes * MINUTE))
      const over = await talk('one', 719)
      for (const minutes of [720, 800, 900]) expect(await sessions.holds(token, later(minutes * MINUTE))).toBe('anna')
      expect(await sessions.signedIn(later(900 * MINUTE))).toEqual(['anna'])
      // Nor by somebody else who signs in.
      await sessions.open('anna', later(900 * MINUTE))
      expect(await sessions.find(token, later(901 * MINUTE))).toBe('anna')
      await over()
      expect(await sessions.holds(token, later(901 * MINUTE))).toBeNull()
      const overToo = await talk('two', 902)
      expect(await sessions.holds(token, later(902 * MINUTE))).toBeNull()
      await overToo()
    })

    it('says who is signed in, each once, and nobody whose session has ended', async () => {
      await agents.add({ ...anna, name: 'ben' }, PASSWORD)
      await database.db.deleteFrom('agent_session').execute()
      await sessions.open('anna', at)
      const token = await sessions.open('anna', at)
      await sessions.open('ben', later(30 * MINUTE))
      expect((await sessions.signedIn(later(30 * MINUTE))).sort()).toEqual(['anna', 'ben'])
      await sessions.close(token)
      expect((await sessions.signedIn(later(59 * MINUTE))).sort()).toEqual(['anna', 'ben'])
      expect(await sessions.signedIn(later(60 * MINUTE))).toEqual(['ben'])
      expect(await sessions.signedIn(later(90 * MINUTE))).toEqual([])
    })

    it('ends alone, or with all of its agent', async () => {
      const [one, two] = [await sessions.open('anna', at), await sessions.open('anna', at)]
      await sessions.close(one)
      expect(await sessions.find(one, at)).toBeNull()
      expect(await sessions.find(two, at)).toBe('anna')
      await sessions.closeAllOf('anna')
      expect(await sessions.find(two, at)).toBeNull()
    })

    it('that ended is not kept', async () => {
      await sessions.open('anna', at)
      await sessions.open('anna', later(61 * MINUTE))
      expect(await database.db.selectFrom('agent_session').select('opened').execute()).toHaveLength(1)
    })
  })

  describe('a reference', () => {
    it('is good once', async () => {
      const reference = await references.make('anna', 'CA1', at)
      expect(reference).toMatch(/^[A-Za-z0-9_-]{43}$/)
      const both = await Promise.all([references.redeem(reference, at), references.redeem(reference, at)])
      expect(both.filter((each) => each !== null)).toEqual([{ agent: 'anna', callId: 'CA1' }])
      expect(await references.redeem(reference, at)).toBeNull()
    })

    it('is good for 60 seconds, and unaltered', async () => {
      const reference = await references.make('anna', 'CA1', at)
      const altered = `${reference.startsWith('A') ? 'B' : 'A'}${reference.slice(1)}`
      expect(await references.redeem(altered, at)).toBeNull()
      expect(await references.redeem(reference, later(MINUTE))).toBeNull()
      expect(await references.redeem(reference, later(MINUTE - 1))).toEqual({ agent: 'anna', callId: 'CA1' })
    })

    it('that is over is not kept, and is in the store as a hash', async () => {
      await references.make('anna', 'CA1', at)
      const second = await references.make('anna', 'CA2', later(MINUTE))
      const rows = await database.db.selectFrom('desk_reference').selectAll().execute()
      expect(rows.map(({ call_id }) => call_id)).toEqual(['CA2'])
      expect(JSON.stringify(rows)).not.toContain(second)
    })
  })
})
