/** Scenes on a floor that several tests begin with, and what of it can be compared before and after. */
import type { Assignment } from '../../src/seams/floor.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import type { FloorStand } from './floor-stand.ts'

/** An unknown caller about a fault, in the queue. */
export async function waitingCaller(stand: FloorStand): Promise<Handset> {
  const caller = await stand.caller('rheinnetz', '2')
  await stand.until('they wait', () => caller.view().state === 'waiting')
  return caller
}

/** An agent and the longest waiting caller, who is this one, in a room. */
export async function talking(stand: FloorStand, name: string, caller: Handset): Promise<Assignment> {
  await stand.floor.take(name, null)
  const phone = await stand.ringing(name)
  phone.answer()
  const { id } = await stand.inState(name, 'talking')
  await stand.until('they are there', () => caller.view().state === 'in_room')
  return assignmentOf(stand, id)
}

export async function assignmentOf({ deps }: FloorStand, id: string): Promise<Assignment> {
  const found = await deps.floorStore.assignment(id)
  if (!found) throw new Error(`there is no assignment ${id}`)
  return found
}

/** All that an attack must leave as it was. */
export async function books({ deps: { floorStore }, clock }: FloorStand) {
  return {
    active: await floorStore.active(),
    waiting: await floorStore.list(clock.now()),
    lines: (await floorStore.journal({ after: 0, limit: 10_000 })).length,
  }
}

/** Every phone is put down, also one that begins to ring meanwhile, and every wrap-up ended. */
export async function emptied(stand: FloorStand): Promise<void> {
  await stand.until('the floor is empty', async () => {
    for (const phone of stand.standIn.exchange.handsets()) phone.hangUp()
    const { active, waiting } = await books(stand)
    for (const { id, agent, state } of active)
      if (state === 'wrap_up') await stand.floor.wrapUp(agent, id, { note: '', ticket: 'keep' })
    return active.length + waiting.length === 0
  })
}
