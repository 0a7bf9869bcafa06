/** The acts of agents' legs: the whisper that the agent hears alone, the key on a phone, the room, and the end. */
import type { AgentLegEnd, NetworkSide } from '../floor/floor.ts'
import { malformed, type WebhookRefusal } from './admit.ts'
import { isOver, readCallId, readKeys, readStatus } from './read-input.ts'
import type { WebhookAnswer } from './send.ts'
import type { SignedForm } from './signature.ts'
import { type Base, HANG_UP, holdTwiml, roomTwiml, type Voices, whisperTwiml } from './twiml.ts'

/** What the acts of agents' legs need. */
export interface AgentActParts {
  floor: NetworkSide
  voicesOf(brand: string): Voices
  /** Where a sound file of less than 2 minutes is that Twilio may fetch with GET; null: the caller waits in quiet. */
  waitMusic?(): string | null
}

/** An assignment, and what the leg is at; without a word it was picked up. `again`: a key was wrong, and is asked for once more. */
const LEG = /^([0-9a-f]{32})(?:\/(accept|again|left|ended))?$/

/** The key that takes a call. */
const TAKE = '1'

export function agentActs(door: AgentActParts, base: Base) {
  const { floor } = door

  async function pickedUp(assignment: string, legId: string, then: 'accept' | 'again'): Promise<WebhookAnswer> {
    const whisper = await floor.agentAnswers(assignment, legId)
    if (whisper === null) return { document: HANG_UP, outcome: 'no_assignment' }
    const voices = door.voicesOf(whisper.brand)
    const { say, room, key } = whisper
    if (room === null) return { document: whisperTwiml(say, voices, null), outcome: 'nobody_there' }
    if (key) return { document: whisperTwiml(say, voices, { assignment, then, base }), outcome: 'whisper' }
    // On the page the agent has seen who it is, and has answered by hand: no machine can take the call.
    const accepted = await floor.agentAccepts(assignment, legId)
    if (accepted === null) return { document: HANG_UP, outcome: 'nobody_there' }
    return {
      document: roomTwiml({ say, voices, room: accepted.room, ...legOf(assignment) }),
      outcome: 'room',
    }
  }

  const legOf = (assignment: string) => ({ base, action: `/voice/agent/${assignment}/left` })

  return {
    async leg(form: SignedForm, rest: string): Promise<WebhookAnswer | WebhookRefusal> {
      const [, assignment, what] = LEG.exec(rest) ?? []
      if (assignment === undefined) return malformed('The assignment is malformed.')
      switch (what) {
        case undefined: {
          const leg = readCallId(form)
          return 'malformed' in leg ? malformed(leg.malformed) : pickedUp(assignment, leg.callId, 'accept')
        }
        case 'accept':
        case 'again': {
          const leg = readKeys(form)
          if ('malformed' in leg) return malformed(leg.malformed)
          const isRight = leg.digits?.is(TAKE)
          // Which try it is stands in the address: a webhook that comes twice is no second wrong key.
          if (!isRight && what === 'accept') return pickedUp(assignment, leg.callId, 'again')
          if (!isRight) await floor.agentMiskeyed(assignment, leg.callId)
          const accepted = isRight ? await floor.agentAccepts(assignment, leg.callId) : null
          if (accepted === null) return { document: HANG_UP, outcome: 'not_taken' }
          const document = roomTwiml({ say: [], voices: {}, room: accepted.room, ...legOf(assignment) })
          return { document, outcome: 'room' }
        }
        case 'left':
          return { document: HANG_UP, outcome: 'left' }
        default: {
          const leg = readStatus(form)
          if ('malformed' in leg) return { document: null, outcome: 'unread' }
          const { callId, callStatus } = leg
          if (isOver(callStatus)) await floor.agentLegEnded(assignment, callId, callStatus as AgentLegEnd)
          return { document: null, outcome: callStatus?.replace('-', '_') ?? 'unread' }
        }
      }
    },
    async hold(): Promise<WebhookAnswer> {
      return { document: holdTwiml(door.waitMusic?.() ?? null, base), outcome: 'hold' }
    },
  }
}
