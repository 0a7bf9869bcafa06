/**
 * What becomes of an assignment: one event, and the next state with the orders that follow from it. PURE: no clock and no
 * network. An event that does not fit the state, because it comes late or twice, changes nothing.
 */
import type { Assignment, PassedOn, Redirect } from '../seams/floor.ts'
import type { AssignmentEvent, LegEnd, Order, Reaction, Unreached } from './assignment-event.ts'

/** Whisper and key, in ms: the words take about 6 s, and the key is waited for 8 s. */
export const WHISPER_MS = 20_000

/**
 * The colleague who gets the caller of a talk: the phone rings, or they have joined. As long as that is
 * so, nothing that the agent does ends the caller's call. `told`: what the colleague was told of it.
 */
export type Colleague = { is: 'rings'; told: PassedOn } | { is: 'joined' } | null

/** What an assignment's queue asks: how long a phone rings, and how long a wrap-up lasts unless it is ended, ms. */
export interface Times {
  ringMs: number
  wrapUpMs: number
}

/** Null: the event means nothing here. `at`: ISO 8601. */
export function react(
  before: Assignment,
  event: AssignmentEvent,
  at: string,
  { wrapUpMs }: Pick<Times, 'wrapUpMs'>,
  colleague: Colleague = null,
): Reaction | null {
  const { state } = before
  const isPassing = colleague?.is === 'rings'
  const isJoined = colleague?.is === 'joined'
  const to = (change: Partial<Assignment>, orders: Order[] = []): Reaction => ({
    next: {
      ...before,
      ...change,
      version: before.version + 1,
      since: change.state !== undefined && change.state !== state ? at : before.since,
    },
    orders,
  })
  const hangUp: Order[] = before.legId === null ? [] : [{ order: 'hang_up', legId: before.legId }]
  const wrapUp = (endedBy: Assignment['endedBy'], orders: Order[], change: Partial<Assignment> = {}): Reaction =>
    to({ ...change, ...NOT_HELD, state: 'wrap_up', endedBy, until: later(at, wrapUpMs) }, orders)
  const redirectTo = (kind: Redirect['kind'], nonce: string, queue = before.queue): Redirect => ({ kind, nonce, queue })
  const ordered = (redirect: Redirect): Order => ({ order: 'redirect', redirect })

  /**
   * Nobody talked, and the agent is away unless it was the network that failed. A caller who has left the queue already
   * goes back to the old place in it.
   */
  const notReached = (why: Unreached, nonce: string): Reaction => {
    const isOut = state === 'answering' && (before.redirect !== null || before.from !== null)
    const back = isOut ? redirectTo('queue', nonce) : null
    const orders = [...hangUp, ...(back ? [ordered(back)] : [])]
    const given = to({ state: 'over', endedBy: why, until: null, redirect: back ?? before.redirect }, orders)
    return why === 'network' ? given : { ...given, away: why }
  }

  /** The caller waits for the colleague in the queue, at the old place, and is the next agent's if nobody comes. */
  const leave = (nonce: string, change: Partial<Assignment>, orders: Order[]): Reaction => {
    const back = redirectTo('queue', nonce)
    // What the colleague was told is for those too who get the caller in the colleague's place.
    const said = isPassing ? colleague.told : null
    return { ...wrapUp('transfer', [ordered(back), ...orders], { ...change, redirect: back, said }), ringsOn: true }
  }

  switch (event.kind) {
    case 'rung':
      return before.legId === null && state !== 'over' ? to({ legId: event.legId }) : null
    case 'picked_up':
      return state === 'ringing' ? to({ until: later(at, WHISPER_MS) }) : null
    case 'accepted':
      return state === 'ringing' ? to({ state: 'answering', until: null }) : null
    case 'agent_in': {
      if (state !== 'answering' || before.redirect !== null) return null
      const bring = redirectTo('join', event.nonce)
      return to({ legId: event.legId, conference: event.conference, redirect: bring }, [ordered(bring)])
    }
    case 'agent_waits': {
      if (state !== 'answering' || before.redirect !== null) return null
      const bring = redirectTo('join', event.nonce)
      return to({ redirect: bring }, [ordered(bring)])
    }
    case 'caller_in': {
      const conference = event.conference ?? before.conference
      const { seen, check } = event
      if (state === 'answering') return to({ state: 'talking', talked: true, conference, ...seen })
      if (state !== 'checking') return null
      // Fetched back, unless the check came to its end in the same moment.
      const brought = before.check === 'called_off' ? (check ?? 'called_off') : check
      return to({ state: 'talking', check: brought, conference, ...seen })
    }
    case 'proved':
      return state === 'talking' || state === 'joined' ? to({ ...event.seen }) : null
    // Once, however many look: the second finds a lower level.
    case 'proof_lost':
      return isTogether(before) && before.level === 2 ? to({ ...event.seen }) : null
    case 'unreached':
      if (state !== 'ringing' && state !== 'answering') return null
      return notReached(event.why, event.nonce)
    case 'leg_over': {
      if (state === 'ringing' || state === 'answering') {
        return notReached(notTaken(state, event.how), event.nonce)
      }
      if (state === 'checking' || state === 'joined') return wrapUp('agent', [], { legId: null })
      if (state !== 'talking' || isJoined) return null
      if (isPassing) return leave(event.nonce, { legId: null }, [])
      // The agent has hung up: the caller's own flow says goodbye. Where the room is not known the caller is put back.
      if (before.conference !== null) {
        return wrapUp('agent', [{ order: 'end_room', conference: before.conference }], { legId: null })
      }
      const back = redirectTo('queue', event.nonce)
      return wrapUp('agent', [ordered(back)], { legId: null, redirect: back })
    }
    case 'caller_gone':
      if (state === 'ringing' || state === 'answering') {
        return to({ state: 'over', endedBy: 'caller', until: null }, hangUp)
      }
      return isTogether(before) ? wrapUp('caller', hangUp) : null
    case 'call_unseen':
      return isTogether(before) ? wrapUp('unseen', hangUp) : null
    case 'hold':
      if (state !== 'talking' || before.held === event.on || before.conference === null) return null
      return to(heldFrom(event.on, at), [{ order: 'hold', conference: before.conference, on: event.on }])
    case 'hold_failed':
      return state === 'talking' && before.held === event.on ? to(heldFrom(!event.on, at)) : null
    case 'order_again': {
      const isUnderWay = state === 'answering' || state === 'checking'
      return isUnderWay && before.redirect !== null ? to({}, [ordered(before.redirect)]) : null
    }
    case 'check': {
      if (state !== 'talking' || isJoined) return null
      const away = redirectTo('check', event.nonce)
      return to({ ...NOT_HELD, state: 'checking', check: 'running', redirect: away }, [ordered(away)])
    }
    case 'fetch_back': {
      if (state !== 'checking' || before.check !== 'running') return null
      const bring = redirectTo('join', event.nonce)
      return to({ check: 'called_off', redirect: bring }, [ordered(bring)])
    }
    case 'finish': {
      // In a check the caller is with the flow, which leads to the queue when it finds nobody.
      if (state === 'checking' || state === 'joined') return wrapUp('agent', hangUp)
      if (state !== 'talking' || isJoined) return null
      if (isPassing) return leave(event.nonce, {}, hangUp)
      const { conference } = before
      // Where the room is not known both are let go one by one, without a goodbye.
      const both: Order[] = [...hangUp, { order: 'hang_up', legId: before.callId }]
      return wrapUp('agent', conference === null ? both : [{ order: 'end_room', conference }])
    }
    // Where the colleague has just declined the talk goes on: the agent must not end what was to be passed on.
    case 'leave':
      if (state === 'joined') return wrapUp('agent', hangUp)
      return state === 'talking' && isPassing ? leave(event.nonce, {}, hangUp) : null
    case 'send': {
      if (state !== 'talking' || isJoined) return null
      const away = redirectTo('queue', event.nonce, event.queue)
      return wrapUp('transfer', [ordered(away), ...hangUp], { redirect: away, said: event.said })
    }
    case 'called_off':
      if (state === 'joined') return wrapUp('transfer', hangUp)
      return state === 'ringing' ? to({ state: 'over', endedBy: 'transfer', until: null }, hangUp) : null
    case 'handed_over':
      return state === 'talking' ? wrapUp('transfer', hangUp) : null
    case 'joins': {
      const { room, conference, seen } = event
      return state === 'ringing' ? to({ state: 'joined', until: null, talked: true, room, conference, ...seen }) : null
    }
    // Another version, so that nothing is saved over it by those who do not know of the colleague.
    case 'is_joined':
      return state === 'talking' && before.conference !== null ? to({}) : null
    case 'takes_over':
      return state === 'joined' ? to({ state: 'talking', held: event.held, heldSince: event.heldSince }) : null
    case 'taken_away':
      return state === 'checking' ? wrapUp('transfer', hangUp) : null
    case 'stranded': {
      if (state !== 'wrap_up' && state !== 'over') return null
      // To where the caller was sent, if that is what was not done.
      const back = redirectTo(
        'queue',
        event.nonce,
        before.redirect?.kind === 'queue' ? before.redirect.queue : before.queue,
      )
      return to({ redirect: back }, [ordered(back)])
    }
    case 'wrapped':
      return state === 'wrap_up' ? to({ state: 'over', until: null }, hangUp) : null
  }
}

/**
 * Why a phone that is down again took no call. A leg that was picked up is `completed`: nobody has pressed the key, which is
 * what a voicemail does, or the agent had and put the phone down before the caller was there.
 */
function notTaken(state: 'ringing' | 'answering', how: LegEnd): Exclude<Unreached, 'network'> {
  if (how === 'busy' || how === 'failed') return 'unreachable'
  if (how !== 'completed') return 'no_answer'
  return state === 'answering' ? 'declined' : 'voicemail'
}

const NOT_HELD = { held: false, heldSince: null } as const

function heldFrom(on: boolean, at: string): Pick<Assignment, 'held' | 'heldSince'> {
  return on ? { held: true, heldSince: at } : NOT_HELD
}

/** Whether the caller is this agent's, also while they are in the PIN check, or with a colleague. */
export function isTogether({ state }: Pick<Assignment, 'state'>): boolean {
  return state === 'talking' || state === 'checking' || state === 'joined'
}

/** Whether a call is passed on, and the colleague's phone rings. */
export function isPassedOn(assignment: Assignment): assignment is Assignment & { from: PassedOn } {
  return assignment.state === 'ringing' && assignment.from !== null
}

/** Whether an agent has the caller now, or is getting them: nobody else is to. */
export function hasCaller({ state }: Pick<Assignment, 'state'>): boolean {
  return state === 'answering' || isTogether({ state })
}

/** An assignment that has just been made: the agent's phone is about to ring. */
export function newAssignment(
  of: Pick<Assignment, 'id' | 'callId' | 'agent' | 'brand' | 'queue' | 'topic' | 'from' | 'brought'>,
  at: string,
  { ringMs }: Pick<Times, 'ringMs'>,
): Assignment {
  return {
    ...of,
    version: 1,
    state: 'ringing',
    since: at,
    until: later(at, ringMs),
    room: of.id,
    ...NOT_HELD,
    legId: null,
    conference: null,
    redirect: null,
    check: null,
    endedBy: null,
    said: null,
    talked: false,
    ref: null,
    level: null,
    outcome: null,
  }
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString()
}
