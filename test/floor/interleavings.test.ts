/**
 * Callers, agents, their pages, hang-ups, PIN checks and callbacks in any order, late, twice or never: nobody is lost, nobody is served
 * twice, no phone rings for nobody, and the journal of the queue verifies. `INTERLEAVINGS=200` tries as many.
 */
import { afterAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import type { Assignment } from '../../src/seams/floor.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { times } from '../support/counts.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'
import { counted, measured } from '../support/measured.ts'

const RUNS = Number(process.env.INTERLEAVINGS ?? times(2, 30))
const ACTS = 60
const MOST_CALLERS = 8
const names = ['anna', 'ben', 'sam']
/** How long a phone may ring on for a caller who is gone, by the floor's clock, ms: a webhook and a request, on a busy machine. */
const RINGS_ON_MS = 10_000

/** A small generator, so that a failure can be had again. */
function chance(seed: number) {
  let state = seed
  return <T>(of: readonly T[]): T => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return of[Math.floor((state / 2 ** 32) * of.length)] as T
  }
}

const total = { callers: 0, acts: 0, offers: 0 }
afterAll(() => {
  measured(
    'callers lost, served twice or overtaken without a reason, in any order of acts and callbacks',
    `0 of ${counted(total.callers)}, in ${counted(total.acts)} acts and ${counted(total.offers)} offers`,
  )
})

it.each(Array.from({ length: RUNS }, (_, run) => run + 1))('run %i', async (seed) => {
  const pick = chance(seed)
  const stand = await openFloorStand({
    disturb: () => pick(['as_is', 'as_is', 'as_is', 'as_is', 'twice', 'late', 'lost'] as const),
  })
  const overwritten = watchSaves(stand)
  const callers: Handset[] = []
  const orphans = new Map<Handset, number>()
  const people: People = { callers, hungUp: new Set(), left: new Map() }
  const counts = { acts: 0, checks: 0 }
  try {
    for (let act = 0; act < ACTS; act++) {
      await actOnce(stand, pick, people, counts)
      await new Promise((resolve) => setTimeout(resolve, pick([0, 5, 30, 120])))
      await nothingImpossible(stand, orphans)
      await nobodyHungUpOn(stand, people)
    }
    await everybodyIsSomewhere(stand, callers)
    await drained(stand, people)
    await nobodyHungUpOn(stand, people)
    const check = createJournalCheck()
    for (const line of await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })) check.take(line)
    const { overtakings, notWaiting, offers } = check.report()
    expect({ broken: overtakings.filter(({ reason }) => reason === 'none'), notWaiting, overwritten }).toEqual({
      broken: [],
      notWaiting: [],
      overwritten: [],
    })
    total.callers += callers.length
    total.acts += counts.acts
    total.offers += offers
  } finally {
    await stand.close()
  }
})

interface People {
  callers: Handset[]
  /** Who has hung up; of everybody else who is gone somebody else has ended the call. */
  hungUp: Set<Handset>
  /** Callers that the phone of a colleague rang for when their agent left, with the assignment of that agent. */
  left: Map<Handset, string>
}

/** Versions of assignments that were saved twice: somebody's change is lost. Filled as they happen. */
function watchSaves({ deps: { floorStore } }: FloorStand): string[] {
  const saved = new Set<string>()
  const twice: string[] = []
  const { save } = floorStore
  floorStore.save = async (changed, along) => {
    const isSaved = await save(changed, along)
    for (const { id, version } of isSaved ? changed : []) {
      const name = `${id} ${version}`
      if (saved.has(name)) twice.push(name)
      saved.add(name)
    }
    return isSaved
  }
  return twice
}

async function actOnce(
  stand: FloorStand,
  pick: ReturnType<typeof chance>,
  people: People,
  counts: { acts: number; checks: number },
): Promise<void> {
  const { callers } = people
  const { floor, standIn } = stand
  const name = pick(names)
  const assignment = (await stand.view(name)).assignment
  const id = assignment?.id ?? 'none'
  const phones = standIn.exchange.handsets().filter((phone) => phone.view().state !== 'ended')
  const agentsPhones = phones.filter((phone) => phone.view().kind === 'agent')
  const live = callers.filter((phone) => phone.view().state !== 'ended')
  const arrive = async (): Promise<void> => {
    if (live.length >= MOST_CALLERS) return
    callers.push(await (pick([true, false]) ? stand.verified() : stand.caller('rheinnetz', pick(['2', '0']))))
  }
  const answer = () => {
    for (const phone of agentsPhones) if (phone.view().state === 'ringing') phone.answer()
  }
  /** The caller hangs up just while an agent's phone rings for them. */
  const hangUpRung = async (): Promise<void> => {
    const rung = (await stand.deps.floorStore.active()).filter(({ state }) => state === 'ringing')
    if (rung.length > 0) {
      const { callId } = pick(rung)
      const caller = live.find(({ callSid }) => callSid === callId)
      if (caller) hangsUp(caller, people)
    }
  }
  /** The agent who passes a call on does not wait for the colleague. */
  const leavePassed = async (): Promise<void> => {
    const [passed] = await passedOn(stand)
    if (!passed) return
    const { talk } = passed
    const phones = standIn.exchange.handsets()
    const leg = phones.find(({ callSid }) => callSid === talk.legId)
    const how = [() => floor.finish(talk.agent, talk.id), () => floor.leave(talk.agent, talk.id), () => leg?.hangUp()]
    await pick(how)()
    await noteLeft(stand, people, passed)
  }
  /** A transfer to somebody who may be free, often left to them at once. */
  const passOn = async (): Promise<void> => {
    const active = await stand.deps.floorStore.active()
    const talks = active.filter(({ state }) => state === 'talking')
    const idle = names.filter((one) => !active.some(({ agent }) => agent === one))
    if (talks.length === 0 || idle.length === 0) return
    const talk = pick(talks)
    const colleague = pick(idle)
    // Not told to anybody, or the colleague would be offered somebody who waits.
    await stand.deps.floorStore.setPresence(colleague, 'available', null, stand.clock.now())
    await floor.transfer(talk.agent, talk.id, { kind: 'agent', name: colleague })
    await new Promise((resolve) => setTimeout(resolve, pick([0, 5, 30, 120])))
    if (pick([true, true, true, false])) await leavePassed()
  }
  /** Out of a check, or from the phone of a colleague, also when they come back by themselves in that moment. */
  const fetchBack = async (): Promise<void> => {
    const [passed] = await passedOn(stand)
    const [checking] = (await stand.deps.floorStore.active()).filter(({ state }) => state === 'checking')
    const [three] = await together(stand)
    const one = pick([passed?.talk ?? checking, checking ?? three, three ?? passed?.talk])
    if (one) await floor.fetchBack(one.agent, one.id)
  }
  /** One of the two agents goes out of a talk of three, the other has the caller. */
  const leaveThree = async (): Promise<void> => {
    const [talk] = await together(stand)
    if (!talk) return
    const leg = standIn.exchange.handsets().find(({ callSid }) => callSid === talk.legId)
    await pick([
      () => floor.finish(talk.agent, talk.id),
      () => floor.leave(talk.agent, talk.id),
      () => leg?.hangUp(),
      () => floor.leave(name, id),
    ])()
  }
  /** The browser of an agent is gone for longer than its lease, and a sweep of any server notices. */
  const pageGone = async (): Promise<void> => {
    const { db } = stand.deps.database
    await sql`UPDATE presence SET beat = now() - interval '2 min' WHERE agent = ${name}`.execute(db)
    await sql`UPDATE presence_watch SET since = now() - interval '2 min', seen = now()`.execute(db)
    await Promise.all([stand.deps.floorStore.lapse(stand.clock.now()), stand.deps.floorStore.lapse(stand.clock.now())])
    // Nobody else's page was gone.
    for (const other of names) if (other !== name) await floor.beat(other)
  }
  const acts: (() => Promise<unknown> | unknown)[] = [
    pageGone,
    () => floor.beat(name),
    () => floor.sweep(),
    () => floor.setAway({ supervisor: 'sam' }, name),
    arrive,
    arrive,
    arrive,
    answer,
    answer,
    answer,
    () => floor.setPresence(name, 'available'),
    () => floor.setPresence(name, 'available'),
    () => floor.setPresence(name, pick(['available', 'away'] as const)),
    () => floor.take(name, null),
    () => agentsPhones.length > 0 && pick([true, false]) && pick(agentsPhones).hangUp(),
    () => live.length > 0 && pick([true, false, false]) && hangsUp(pick(live), people),
    hangUpRung,
    hangUpRung,
    hangUpRung,
    () => live.length > 0 && pick(live).press(pick(['1', '407182632#', '4826', '0000', '*'])),
    async () => {
      const checked = await floor.check(name, id)
      if ('done' in checked) counts.checks += 1
    },
    async () => {
      const checked = await floor.check(name, id)
      if ('done' in checked) counts.checks += 1
    },
    () => floor.hold(name, id),
    () => floor.resume(name, id),
    () => floor.finish(name, id),
    () => floor.decline(name, id),
    () => floor.transfer(name, id, { kind: 'queue', queue: pick(['rheinnetz.outage', 'rheinnetz.general']) }),
    () => floor.transfer(name, id, { kind: 'agent', name: pick(names) }),
    leavePassed,
    fetchBack,
    fetchBack,
    leaveThree,
    leaveThree,
    () => floor.leave(name, id),
    () => floor.wrapUp(name, id, { note: pick(['', 'Notiz']), ticket: 'keep' }),
  ]
  counts.acts += 1
  // Some things are done twice at the same moment, as by a double click.
  const isTalk = (await stand.deps.floorStore.active()).some(({ state }) => state === 'talking')
  // Talks are few and short, and passing one on is rarer still.
  const act = isTalk && pick([true, false]) ? passOn : pick(acts)
  const passed = await passedOn(stand)
  await Promise.all(pick([1, 1, 1, 2]) === 2 ? [act(), act()] : [act()])
  for (const one of passed) await noteLeft(stand, people, one)
}

function hangsUp(phone: Handset, { hungUp }: People): void {
  hungUp.add(phone)
  phone.hangUp()
}

/** Calls for which the phone of a colleague rings, with the agent who talks. */
async function passedOn({ deps: { floorStore } }: FloorStand): Promise<{ talk: Assignment; ring: Assignment }[]> {
  const active = await floorStore.active()
  return active.flatMap((ring) => {
    const talk = active.find(({ callId, state }) => callId === ring.callId && state === 'talking')
    return talk && ring.state === 'ringing' && ring.from !== null ? [{ talk, ring }] : []
  })
}

/** Agents of calls in which a colleague has joined. */
async function together({ deps: { floorStore } }: FloorStand): Promise<Assignment[]> {
  const active = await floorStore.active()
  return active.filter(
    ({ callId, state }) =>
      state === 'talking' && active.some((other) => other.callId === callId && other.state === 'joined'),
  )
}

/** Whether the agent of a call that was passed on has left it by what was just done, before the colleague answered or declined. */
async function noteLeft(
  stand: FloorStand,
  { callers, left }: People,
  { talk, ring }: { talk: Assignment; ring: Assignment },
): Promise<void> {
  const { exchange } = stand.standIn
  const { floorStore } = stand.deps
  // That an agent has hung up is told by a webhook of its own.
  const leg = exchange.handsets().find(({ callSid }) => callSid === talk.legId)
  const isToldOf = async () => (await floorStore.assignment(talk.id))?.state !== 'talking'
  if (leg?.view().state === 'ended') await stand.until('the agent is gone', isToldOf)
  const [now, then] = [await floorStore.assignment(talk.id), await floorStore.assignment(ring.id)]
  const isOut = now?.state === 'wrap_up' && now.endedBy !== 'caller'
  const isOver = then?.state === 'over' && then.endedBy !== 'transfer'
  const caller = callers.find(({ callSid }) => callSid === talk.callId)
  if (caller && isOut && !isOver && !then?.talked) left.set(caller, talk.id)
}

/** A caller left to a colleague is with somebody, or waits, or has hung up. */
async function nobodyHungUpOn(stand: FloorStand, { hungUp, left }: People): Promise<void> {
  for (const [caller, talk] of left) {
    if (caller.view().state !== 'ended' || hungUp.has(caller)) continue
    const last = await stand.deps.floorStore.lastOfCall(caller.callSid)
    if (last?.id === talk || !last?.talked)
      throw new Error(`${caller.callSid} was hung up on by the agent who passed it on`)
  }
}

/** What must not be at any moment. The network is asked, and not our own books. */
async function nothingImpossible(stand: FloorStand, orphans: Map<Handset, number>): Promise<void> {
  const active = await stand.deps.floorStore.active()
  const talking = active.filter(({ state }) => ['answering', 'talking', 'checking'].includes(state))
  expect(new Set(talking.map(({ callId }) => callId)).size).toBe(talking.length)
  expect(new Set(active.map(({ agent }) => agent)).size).toBe(active.length)
  const ringing = stand.standIn.exchange
    .handsets()
    .filter((phone) => phone.view().kind === 'agent' && phone.view().state === 'ringing')
  const now = stand.clock.now().getTime()
  // A leg without a name yet is being set up.
  const isWanted = ({ callSid, view }: Handset): boolean =>
    active.some(({ legId, agent }) => legId === callSid || (legId === null && view().number === `client:${agent}`))
  for (const phone of orphans.keys()) if (!ringing.includes(phone) || isWanted(phone)) orphans.delete(phone)
  for (const phone of ringing.filter((one) => !isWanted(one))) {
    const since = orphans.get(phone) ?? now
    orphans.set(phone, since)
    if (now - since > RINGS_ON_MS) throw new Error(`the phone of ${phone.view().number} rings for nobody`)
  }
}

/** Every caller who has not hung up waits in the queue, talks to one agent, is in a check, or is still asked by the flow. */
async function everybodyIsSomewhere(stand: FloorStand, callers: readonly Handset[]): Promise<void> {
  const live = callers.filter((phone) => phone.view().state !== 'ended')
  for (const phone of live) {
    await stand.until(`${phone.callSid} is somewhere (${phone.view().state})`, async () => {
      if (phone.view().state === 'ended') return true
      const [waiting, active] = await Promise.all([
        stand.deps.floorStore.list(stand.clock.now()),
        stand.deps.floorStore.active(),
      ])
      const isWaiting = waiting.some(({ callId }) => callId === phone.callSid)
      const mine = active.filter(({ callId, state }) => callId === phone.callSid && state !== 'wrap_up')
      const { state } = phone.view()
      if (state === 'waiting') return isWaiting
      if (state === 'in_room' || state === 'on_hold') return mine.length > 0 && !isWaiting
      return true
    })
  }
}

/** Agents take all who are left, one after the other, until the floor is empty. */
async function drained(stand: FloorStand, people: People): Promise<void> {
  const { callers } = people
  const { floor, standIn } = stand
  await stand.until('everybody was served, and the floor is empty', async () => {
    for (const phone of standIn.exchange.handsets()) {
      if (phone.view().kind === 'agent' && phone.view().state === 'ringing') phone.answer()
      // Callers who are still being asked something give up; the flow brings them to a person or to the end.
      if (phone.view().kind === 'caller' && phone.view().state === 'talking') hangsUp(phone, people)
    }
    for (const name of names) {
      const { assignment, me } = await stand.view(name)
      if (me.presence === 'away' && !assignment) await floor.setPresence(name, 'available')
      if (assignment?.state === 'talking') await floor.finish(name, assignment.id)
      if (assignment?.state === 'joined') await floor.leave(name, assignment.id)
      if (assignment?.state === 'wrap_up') await floor.wrapUp(name, assignment.id, { note: '', ticket: 'keep' })
    }
    const active = await stand.deps.floorStore.active()
    return active.length === 0 && callers.every((phone) => phone.view().state === 'ended')
  })
}
