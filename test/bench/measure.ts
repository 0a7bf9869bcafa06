/** The measurements of one side: rounds of floor, keypad turn, floor, whole calls and one verify, close to each other. */
import {
  customer,
  KEYPAD_TURNS,
  keypadTurns,
  newCall,
  plainCall,
  ring,
  TURNS_OF_A_CALL,
  webhook,
  wholeCall,
} from './caller.ts'
import type { Child } from './child.ts'
import { type Connection, openConnection } from './connections.ts'

/** Calls at once, the same for everything that is measured. */
export const AT_ONCE = 32
export const CUSTOMERS = 200

const WARM_UP = 2

/** On a busy machine there are fewer rounds (at least one) rather than a bench that takes for ever (milliseconds). */
const LONGEST_MS = 40_000

/** One burst of each kind lasts this long (milliseconds); whole calls are counted, not timed. */
const BURST_MS = 500
const CALLS_IN_A_ROUND = 64
/** Calls rung in store for a burst of keypad turns; when they are used up the burst ends. */
const RUNG = 600
/** Calls begin one after the other (milliseconds), so that not all of them wait for the same answer time. */
const STAGGER_MS = 30

/** CPU microseconds of the server, each a list with one figure per round. */
export interface Measured {
  floor: number[]
  floorKept: number[]
  turn: number[]
  call: number[]
  verify: number[]
  /** The same requests at the same pace and with the same hash, to the floor. */
  plainCall: number[]
  /** Keypad turn against the floors before and after it. */
  turnRatio: number[]
  turnRatioKept: number[]
  /** Whole call against its turns at floor cost plus one verify. */
  callRatio: number[]
  callRatioKept: number[]
  /** Whole call against the plain one. */
  plainCallRatio: number[]
  /** Rounds thrown away because a call was sent to a person: the machine was too busy with other things. */
  overloaded: number
  /** Bytes of an average document. */
  bytes: { floor: number; turn: number }
  /** Answers a second, as a sanity check of the generator. */
  rate: { floor: number; turn: number }
}

interface Burst {
  count: number
  bytes: number
  cpuEach: number
  ms: number
}

export async function measure(floor: Child, rufpass: Child, rounds: number): Promise<Measured> {
  const measured: Measured = {
    floor: [],
    floorKept: [],
    turn: [],
    call: [],
    verify: [],
    plainCall: [],
    plainCallRatio: [],
    turnRatio: [],
    turnRatioKept: [],
    callRatio: [],
    callRatioKept: [],
    overloaded: 0,
    bytes: { floor: 0, turn: 0 },
    rate: { floor: 0, turn: 0 },
  }
  // The first rounds warm up compilers, connections and statements and are thrown away.
  const late = performance.now() + LONGEST_MS
  for (let round = -WARM_UP; round < rounds && (measured.turn.length === 0 || performance.now() < late); round++) {
    const before = await floorBurst(floor, '/built')
    const turn = await turnBurst(rufpass)
    const after = await floorBurst(floor, '/built')
    const kept = await floorBurst(floor, '/kept')
    const call = await callBurst(rufpass, (connection) => wholeCall(connection, customer(customers++ % CUSTOMERS)))
    const plainer = await callBurst(floor, plainCall)
    const verify = await rufpass.ask('verify')
    if (round < 0) continue
    if (call.count < CALLS_IN_A_ROUND) {
      measured.overloaded += 1
      continue
    }
    const plain = (before.cpuEach + after.cpuEach) / 2
    measured.floor.push(plain)
    measured.floorKept.push(kept.cpuEach)
    measured.turn.push(turn.cpuEach)
    measured.call.push(call.cpuEach)
    measured.verify.push(verify)
    measured.plainCall.push(plainer.cpuEach)
    measured.plainCallRatio.push(call.cpuEach / plainer.cpuEach)
    measured.turnRatio.push(turn.cpuEach / plain)
    measured.turnRatioKept.push(turn.cpuEach / kept.cpuEach)
    measured.callRatio.push(call.cpuEach / (TURNS_OF_A_CALL * plain + verify))
    measured.callRatioKept.push(call.cpuEach / (TURNS_OF_A_CALL * kept.cpuEach + verify))
    measured.bytes = { floor: before.bytes / before.count, turn: turn.bytes / turn.count }
    measured.rate = { floor: (before.count / before.ms) * 1000, turn: (turn.count / turn.ms) * 1000 }
  }
  return measured
}

/** CPU time of what all connections do at once, for each time that `count` is called. New connections: idle ones get closed. */
async function burst(
  child: Child,
  work: (connection: Connection, count: (bytes: number) => void) => Promise<void>,
): Promise<Burst> {
  const to = await Promise.all(Array.from({ length: AT_ONCE }, () => openConnection(child.port)))
  let count = 0
  let bytes = 0
  const began = performance.now()
  const before = await child.ask('cpu')
  await Promise.all(
    to.map((connection) =>
      work(connection, (more) => {
        count += 1
        bytes += more
      }),
    ),
  )
  const cpu = (await child.ask('cpu')) - before
  for (const connection of to) connection.close()
  return { count, bytes, cpuEach: cpu / count, ms: performance.now() - began }
}

/** The requests of a keypad turn, to a server that knows no calls. */
function floorBurst(child: Child, path: string): Promise<Burst> {
  const until = performance.now() + BURST_MS
  return burst(child, async (connection, count) => {
    while (performance.now() < until) {
      const { body } = await webhook(connection, path, newCall(), { Digits: '1', FinishedOnKey: '', msg: 'Gather End' })
      count(Buffer.byteLength(body))
    }
  })
}

async function turnBurst(child: Child): Promise<Burst> {
  const rung: { callId: string; step: string }[] = []
  await burst(child, async (connection) => {
    while (rung.length < RUNG) rung.push(await ring(connection))
  })
  const until = performance.now() + BURST_MS
  return burst(child, async (connection, count) => {
    while (performance.now() < until) {
      const call = rung.pop()
      if (call === undefined) return
      await keypadTurns(connection, call, ({ body }) => count(Buffer.byteLength(body)))
    }
  })
}

let customers = 0

function callBurst(child: Child, make: (connection: Connection) => Promise<boolean>): Promise<Burst> {
  let left = CALLS_IN_A_ROUND
  let begun = 0
  return burst(child, async (connection, count) => {
    await new Promise((resolve) => setTimeout(resolve, STAGGER_MS * begun++))
    while (left > 0) {
      left -= 1
      if (await make(connection)) count(0)
    }
  })
}

/** Keypad turns of one call, for the explanation beside the figures. */
export const TURNS_BEHIND_A_RING = KEYPAD_TURNS
