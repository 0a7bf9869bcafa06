/** Call codes that callers tell to the agent they talk with: who may type one, and who is shown what it proves. */
import { WORTHLESS_OF_AN_AGENT } from '../auth/call-code.ts'
import { ENTRIES_PER_CALL } from '../auth/lockout.ts'
import type { Call } from '../call/call.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Agents } from '../seams/agents.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import { type ToldCodeParts, tellCode } from '../turn/told-code.ts'
import type { Assigning } from './assigning.ts'
import { isTogether } from './assignment.ts'
import type { DeskSide } from './floor.ts'
import { isInRoom, seenOf } from './whereabouts.ts'

export interface ToldCodesParts extends ToldCodeParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: Pick<FloorStore, 'assignment' | 'ofCall'>
  agents: Pick<Agents, 'find'>
  assigning: Pick<Assigning, 'act'>
}

export function createToldCodes(parts: ToldCodesParts): Pick<DeskSide, 'code'> {
  const { hotlines, store, calls, assigning, log } = parts

  /** Each of the agents who talk with the caller is shown what is theirs of the account. */
  async function show({ callId }: Assignment): Promise<void> {
    const call = await calls.get(callId)
    for (const each of call ? await store.ofCall(callId) : [])
      if (call && isTogether(each))
        await assigning.act(each.id, { kind: 'proved', seen: await seenOf(parts, call, each) })
  }

  return {
    async code(agent, id, code) {
      const assignment = await store.assignment(id)
      if (assignment?.agent !== agent) return { refused: 'not_found' }
      const { callId, state } = assignment
      if (state !== 'talking') return { refused: 'too_late' }
      const brand = hotlines.byBrand.get(assignment.brand)?.brand
      if (!brand?.call_codes) return { refused: 'not_allowed' }
      const isTalking = (call: Call): boolean => isInRoom(call, assignment)
      const told = await tellCode(parts, { callId, brand, agent, isTalking }, code)
      if (told === 'codes_used')
        log.warn({ callId, count: WORTHLESS_OF_AN_AGENT }, 'an agent has typed as many worthless call codes as one may')
      if (told !== 'right' && told !== 'wrong') return { refused: told }
      if (told === 'right') await show(assignment)
      return { isRight: told === 'right' }
    },
  }
}

/** Whether an agent may type a code for this caller: what is proved needs none, and who has used up the entries needs another call. */
export function takesCode(hotline: Hotline | undefined, call: Call | null): boolean {
  if (!hotline?.brand.call_codes || call === null) return false
  return call.assurance.level < 2 && call.entries < ENTRIES_PER_CALL
}
