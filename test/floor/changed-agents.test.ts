/** What a change of an agent, made beside a running floor, does to somebody who is signed in: it counts from the next look. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createFloor } from '../../src/floor/create-floor.ts'
import type { Floor } from '../../src/floor/floor.ts'
import { createLog } from '../../src/log/log.ts'
import type { Agent, AgentDirectory } from '../../src/seams/agents.ts'
import type { Telephony } from '../../src/seams/telephony.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { noNetwork } from '../support/floor.ts'
import { eventually } from '../support/pages.ts'
import { phone } from '../support/phone-call.ts'

const mara: Omit<Agent, 'disabled'> = {
  name: 'mara',
  displayName: 'Mara Blum',
  role: 'agent',
  brands: ['alpenfunk'],
  topics: ['outage', 'general'],
  languages: ['de'],
  phone: 'client:mara',
}

let app: TestApp
let floor: Floor
let agents: AgentDirectory
let caller: string
/** Phones that were rung. */
const rung: string[] = []
const logged: string[] = []
beforeAll(async () => {
  app = await openApp({ customers: 'none' })
  agents = app.deps.agents
  const ring: Telephony['ring'] = async ({ to }) => ({ legId: `CA${rung.push(to)}` })
  const { live, floorStore: store } = app.deps
  floor = createFloor({
    ...app.deps,
    calls: live.calls,
    limits: live.limits,
    signals: live.signals,
    store,
    telephony: { ...noNetwork, ring },
    log: createLog({ level: 'error', to: { write: (line) => void logged.push(line) } }),
  })
  const call = phone(app, { brand: 'rheinnetz' })
  await call.ring()
  await call.key('2')
  caller = call.sid
  await agents.add(mara, 'a good long password')
})
afterAll(async () => {
  await floor.close()
  await app.close()
})
beforeEach(async () => {
  for (const { id } of await app.deps.floorStore.active()) await floor.decline('mara', id)
  await floor.setPresence('mara', 'away')
  await agents.enable('mara')
  await agents.change('mara', mara)
  await floor.sweep()
  rung.length = 0
})

const rows = async () => (await floor.view('mara'))?.waiting.callers.map(({ callSid, mine }) => ({ callSid, mine }))
/** Offers are made within a sweep, and ring after it. */
const offered = async () => (await app.deps.floorStore.active()).map(({ callId }) => callId)

describe('an agent who is changed', () => {
  it('sees and is offered callers of another brand from the next look on', async () => {
    await floor.setPresence('mara', 'available')
    await floor.sweep()
    expect([await rows(), await offered()]).toEqual([[], []])
    await agents.change('mara', { brands: ['alpenfunk', 'rheinnetz'] })
    expect(await rows()).toEqual([{ callSid: caller, mine: true }])
    await floor.sweep()
    expect(await offered()).toEqual([caller])
    await eventually(() => rung, ['client:mara'])
  })

  it('sees and is offered none of a brand that was taken away', async () => {
    await agents.change('mara', { brands: ['rheinnetz'] })
    expect(await rows()).toEqual([{ callSid: caller, mine: true }])
    await agents.change('mara', { brands: ['alpenfunk'] })
    expect(await rows()).toEqual([])
    expect(await floor.take('mara', null)).toEqual({ refused: 'nobody_waits' })
    await floor.setPresence('mara', 'available')
    await floor.sweep()
    expect(await offered()).toEqual([])
  })

  it('no longer takes any caller they like when they are no supervisor any more', async () => {
    await agents.change('mara', { role: 'supervisor' })
    const before = await floor.view('mara')
    expect([before?.me.role, before?.waiting.total, before?.figures === null]).toEqual(['supervisor', 1, false])
    await agents.change('mara', { role: 'agent' })
    const after = await floor.view('mara')
    expect([after?.me.role, after?.waiting.total, after?.figures]).toEqual(['agent', 0, null])
    expect(await floor.take('mara', caller)).toEqual({ refused: 'not_allowed' })
  })

  it('is not offered anybody after being disabled, nor when enabled again before a new sign-in', async () => {
    await agents.change('mara', { brands: ['rheinnetz'] })
    // Past the floor, which would offer them somebody at once.
    await app.deps.floorStore.setPresence('mara', 'available', null, app.clock.now())
    await agents.disable('mara')
    await agents.enable('mara')
    await floor.sweep()
    expect(await offered()).toEqual([])
    const me = async () => {
      const { presence, awayBecause } = (await floor.view('mara'))?.me ?? {}
      return { presence, awayBecause }
    }
    await eventually(me, { presence: 'away', awayBecause: 'signed_out' })
  })
})
