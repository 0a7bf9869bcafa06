/**
 * The core: what happens next in a call. PURE: no clock, no I/O, no waiting; imports `call`, `auth`, zod, yaml and
 * intl-messageformat only. One webhook is one pass through `advance`, with at most a few questions to the world between.
 */
import { UNKNOWN } from '../auth/assurance.ts'
import { Secret } from '../auth/secret.ts'
import { type Call, type Carried, FRESH_VISIT } from '../call/call.ts'
import type { Input, Passage, Replied, Turn } from '../call/turn.ts'
import { firstLanguage } from './brand.ts'
import { BrokenFlow } from './broken-flow.ts'
import { handOver, keepOut, rejoin, reply, turnedAway } from './end-turn.ts'
import { exitsOf, typeOf } from './flow.ts'
import { backToQueue, reasonOf, SORRY } from './given-back.ts'
import { type Hotline, queueName } from './hotline.ts'
import { checkHandOff, isClosedTo } from './second-lock.ts'
import type { Moment, Move, Step, StepType } from './step.ts'
import { isBareHash, isOutOfTime, leadOn } from './time-to-key.ts'

/** Steps that one turn may pass through without waiting; more means that the flow runs in a circle. */
const STEPS_PER_TURN = 50

/** Questions that one turn may ask; more means the same, for each of them starts its way again. */
const QUESTIONS_PER_TURN = 6

/** A call that rings at the number called. `today` is the brand's local calendar day, `at` the moment, ISO 8601. */
export function newCall(
  hotline: Hotline,
  from: {
    id: string
    callerNumber: string | null
    carried?: Carried | null
    called?: string
    today: string
    at: string
  },
): Call {
  const { brand, flow } = hotline
  const byNumber = from.called === undefined ? undefined : brand.language_by_number[from.called]
  return {
    id: from.id,
    brand: brand.name,
    today: from.today,
    startedAt: from.at,
    keyingSince: from.at,
    language: byNumber ?? firstLanguage(brand),
    languageSettled: byNumber !== undefined,
    callerNumber: from.callerNumber,
    carried: from.carried ?? null,
    flow: flow.name,
    step: flow.start,
    visit: FRESH_VISIT,
    topic: null,
    open: 'unknown',
    claim: null,
    assurance: UNKNOWN,
    outcome: 'not_needed',
    entries: 0,
    tries: 0,
    changes: 0,
    fields: {},
    handOff: null,
    waitEnd: null,
    queueBroke: false,
    talk: null,
    moved: null,
    check: null,
    asked: 0,
    unsaid: [],
    hashed: false,
    reply: null,
    repliedAt: null,
  }
}

/**
 * One input, and what follows from it: a reply, or one question that must be answered before the turn goes on.
 * Throws `BrokenFlow` on a flow that hands off without the level it asks for, verifies before identifying or runs in a
 * circle; the shell answers that with `apologise`.
 */
export function advance(hotline: Hotline, before: Call, input: Input): Turn {
  return withWay((way) => taken(hotline, before, input, way))
}

/**
 * What becomes of a call that waits when the time to key is over: its next turn that would wait again does this in place of it.
 * For the proof, which need not take every turn twice.
 */
export function afterTime(hotline: Hotline, before: Call, at: string): Turn {
  const call: Call = { ...before, asked: 0, hashed: false, unsaid: [] }
  const move = leadOn(hotline, call, at)
  if (move === null) throw new Error(`step '${call.step}' asks on`)
  return withWay((way) => follow(hotline, { call, at, way }, move, true))
}

function withWay(take: (way: Passage[]) => Turn): Turn {
  const way: Passage[] = []
  try {
    return take(way)
  } catch (error) {
    if (error instanceof BrokenFlow) error.way = way
    throw error
  }
}

function taken(hotline: Hotline, before: Call, input: Input, way: Passage[]): Turn {
  const isHash = isBareHash(before, input)
  // People add a hash to what has ended by itself, or press it twice: the first is heard as nothing but a wish to hear it again.
  if (isHash && before.reply && !before.hashed)
    return { call: { ...before, hashed: true }, way, reply: before.reply, events: [] }
  // One copy a turn, changed in place: nobody outside has it yet.
  const asked = input.kind === 'answer' ? before.asked : 0
  const call: Call = { ...before, asked, hashed: false, unsaid: [...before.unsaid] }
  if (input.kind === 'returned' || input.kind === 'unserved') call.keyingSince = input.at
  if (input.kind === 'unserved') call.waitEnd = input.why
  const move = firstMove(hotline, call, isHash ? { kind: 'digits', digits: new Secret('#'), at: input.at } : input)
  return follow(hotline, { call, at: input.at, way }, move, false)
}

/** Until the caller is to be asked something, or the world. `way` collects the exits taken. `wasLed`: the time to key is over. */
function follow(
  hotline: Hotline,
  { call, at: now, way }: { call: Call; at: string; way: Passage[] },
  first: Move,
  wasLed: boolean,
): Turn {
  let move = first
  let isLed = wasLed
  for (let steps = 0; steps < STEPS_PER_TURN; steps++) {
    if (move.kind === 'wait' && !isLed && isOutOfTime(hotline, call, now)) {
      Object.assign(call, move.set)
      isLed = true
      move = leadOn(hotline, call, now) ?? move
    }
    if ('set' in move) Object.assign(call, move.set)
    if ('say' in move)
      for (const line of move.say ?? [])
        call.unsaid.push('key' in line ? hotline.words.speak(call.language, line) : line)
    switch (move.kind) {
      case 'ask':
        call.asked += 1
        if (call.asked > QUESTIONS_PER_TURN) throw circle(hotline, call)
        return { call, way, ask: move.question }
      case 'wait':
        return reply(call, move.gather, [], way)
      case 'end':
        if (move.handOff === null) return reply(call, { kind: 'hang_up' }, turnedAway(hotline, way), way)
        checkHandOff(hotline, call, move.handOff)
        if (isClosedTo(hotline, call, move.handOff)) return keepOut(hotline, call, move.handOff, way)
        return handOver(hotline, call, move.handOff, way)
      case 'rejoin':
        return rejoin(hotline, call, way)
      case 'go':
        way.push({ step: call.step, exit: move.exit })
        call.step = targetOf(hotline, call, move.exit)
        call.visit = FRESH_VISIT
        move = at(hotline, call, now, (type, moment) => type.enter(moment))
    }
  }
  throw circle(hotline, call)
}

function circle({ flow }: Hotline, { step }: Call): BrokenFlow {
  const message = `flow '${flow.name}' runs in a circle through step '${step}' without waiting for the caller`
  return new BrokenFlow('circle', step, message)
}

/**
 * The way out when anything broke: an apology and the queue without customer data, at level 0. A caller that an agent
 * sent to the PIN check goes back to this agent, at level 0 too.
 */
export function apologise(hotline: Hotline, before: Call, at: string): Replied {
  const isSent = before.talk !== null && before.flow !== hotline.brand.flow
  const call: Call = {
    ...before,
    asked: 0,
    outcome: 'unavailable',
    claim: null,
    assurance: UNKNOWN,
    unsaid: [hotline.words.speak(before.language, { key: isSent ? 'check.broken' : 'apology' })],
  }
  if (isSent) return rejoin(hotline, call, [])
  return handOver(hotline, call, { to: { kind: 'queue', queue: queueName(before.brand, null) }, level: 0, at }, [])
}

/**
 * To a person outside, when a queue has failed for good. At level 0, whatever was proved: a telephone number is told nothing
 * of it.
 */
export function sendOutside(hotline: Hotline, before: Call, number: string, at: string): Replied {
  const unsaid = [hotline.words.speak(before.language, { key: 'apology' })]
  return handOver(hotline, { ...before, unsaid }, { to: { kind: 'number', number }, level: 0, at }, [])
}

/** Whether the caller waits for a person, or is back at one, without data, because something of ours did not work. */
export function isApology({ outcome, claim, assurance, reply }: Call): boolean {
  const { kind } = reply?.next ?? {}
  return outcome === 'unavailable' && claim === null && assurance.level === 0 && (kind === 'enqueue' || kind === 'room')
}

function firstMove(hotline: Hotline, call: Call, input: Input): Move {
  return at(hotline, call, input.at, (type, moment) => {
    switch (input.kind) {
      case 'ring':
        return type.enter(moment)
      case 'digits':
        return type.digits?.(moment, input.digits) ?? type.enter(moment)
      case 'no_input':
        return type.noInput?.(moment) ?? type.enter(moment)
      case 'returned': {
        const reason = reasonOf(call, input.reason)
        // Out of a queue by our doing or by its failure: back to where they were, which after an apology is not the queue of
        // this step, and with the wait so far, should their place be gone.
        const back = reason === 'left' ? backToQueue(call) : null
        if (back) return back
        // After an apology the call stands at a step that never handed it off: the talk is over, so is the call.
        return (
          type.returned?.(moment, reason) ?? {
            kind: 'end',
            say: reason === 'failed' ? [{ key: 'full' }] : [],
            handOff: null,
          }
        )
      }
      case 'unserved':
        if (type.unserved) return type.unserved(moment, input.why) ?? backToQueue(call) ?? SORRY
        return (type.returned && !isApology(call) ? backToQueue(call) : null) ?? SORRY
      case 'answer':
        if (!type.answer) throw new BrokenFlow('answer', call.step, `step '${call.step}' takes no answers`)
        return type.answer(moment, input.answer)
    }
  })
}

function at(hotline: Hotline, call: Call, now: string, act: (type: StepType, moment: Moment<Step>) => Move): Move {
  const config = hotline.flow.steps.get(call.step)
  if (!config) throw new Error(`flow '${hotline.flow.name}' has no step '${call.step}'`)
  return act(typeOf(hotline.flow, config), { config, call, hotline, at: now })
}

function targetOf({ flow }: Hotline, call: Call, exit: string): string {
  const config = flow.steps.get(call.step)
  const exits = config ? exitsOf(flow, config) : {}
  const target = Object.hasOwn(exits, exit) ? exits[exit] : undefined
  if (target === undefined) throw new BrokenFlow('exit', call.step, `step '${call.step}' has no exit '${exit}'`)
  return target
}
