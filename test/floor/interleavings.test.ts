/**
 * Callers, agents, hang-ups, PIN checks and callbacks in any order, late, twice or never: nobody is lost, nobody is served
 * twice, no phone rings for nobody, and the journal of the queue verifies. `INTERLEAVINGS=200` tries as many.
 */
import { expect, it } from '@jest/globals'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import type { Handset } from '../../src/simulator/handset.ts'
import { type FloorStand, openFloorStand } from '../support/floor-stand.ts'

const RUNS = Number(process.env.INTERLEAVINGS ?? 5)
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

it.each(Array.from({ length: RUNS }, (_, run) => run + 1))(
  'run %i',
  async (seed) => {
    const pick = chance(seed)
    const stand = await openFloorStand({
      disturb: () => pick(['as_is', 'as_is', 'as_is', 'as_is', 'twice', 'late', 'lost'] as const),
    })
    const overwritten = watchSaves(stand)
    const callers: Handset[] = []
    const orphans = new Map<Handset, number>()
    const counts = { acts: 0, checks: 0 }
    try {
      for (let act = 0; act < ACTS; act++) {
        await actOnce(stand, pick, callers, counts)
        await new Promise((resolve) => setTimeout(resolve, pick([0, 5, 30, 120])))
        await nothingImpossible(stand, orphans)
      }
      await everybodyIsSomewhere(stand, callers)
      await drained(stand, callers)
      const check = createJournalCheck()
      for (const line of await stand.deps.floorStore.journal({ after: 0, limit: 10_000 })) check.take(line)
      const { overtakings, notWaiting, offers } = check.report()
      expect({ broken: overtakings.filter(({ reason }) => reason === 'none'), notWaiting, overwritten }).toEqual({
        broken: [],
        notWaiting: [],
        overwritten: [],
      })
      process.stdout.write(
        `  run ${seed}: ${callers.length} callers, ${counts.acts} acts, ${offers} offers, ${counts.checks} checks\n`,
      )
    } finally {
      await stand.close()
    }
  },
  120_000,
)

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
  callers: Handset[],
  counts: { acts: number; checks: number },
): Promise<void> {
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
  /** The caller hangs up just while an agent's phone rings for him. */
  const hangUpRung = async (): Promise<void> => {
    const rung = (await stand.deps.floorStore.active()).filter(({ state }) => state === 'ringing')
    if (rung.length > 0) {
      const { callId } = pick(rung)
      live.find(({ callSid }) => callSid === callId)?.hangUp()
    }
  }
  const acts: (() => Promise<unknown> | unknown)[] = [
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
    () => live.length > 0 && pick([true, false, false]) && pick(live).hangUp(),
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
    () => floor.wrapUp(name, id, { note: pick(['', 'Notiz']), ticket: 'keep' }),
  ]
  counts.acts += 1
  // Some things are done twice at the same moment, as by a double click.
  const act = pick(acts)
  await Promise.all(pick([1, 1, 1, 2]) === 2 ? [act(), act()] : [act()])
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
async function drained(stand: FloorStand, callers: readonly Handset[]): Promise<void> {
  const { floor, standIn } = stand
  await stand.until('everybody was served, and the floor is empty', async () => {
    for (const phone of standIn.exchange.handsets()) {
      if (phone.view().kind === 'agent' && phone.view().state === 'ringing') phone.answer()
      // Whoever is still being asked something gives up; the flow brings him to a person or to the end.
      if (phone.view().kind === 'caller' && phone.view().state === 'talking') phone.hangUp()
    }
    for (const name of names) {
      const { assignment, me } = await stand.view(name)
      if (me.presence === 'away' && !assignment) await floor.setPresence(name, 'available')
      if (assignment?.state === 'talking') await floor.finish(name, assignment.id)
      if (assignment?.state === 'wrap_up') await floor.wrapUp(name, assignment.id, { note: '', ticket: 'keep' })
    }
    const active = await stand.deps.floorStore.active()
    return active.length === 0 && callers.every((phone) => phone.view().state === 'ended')
  })
}
