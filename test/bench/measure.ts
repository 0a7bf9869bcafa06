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
import { type Measured, refuseNonsense } from './figures.ts'

/** How much is done. */
export interface Size {
  /** Customers in the store. */
  customers: number
  /** Calls at once, the same for everything that is measured. */
  atOnce: number
  /** Rounds that warm up compilers, connections and statements and are thrown away. */
  warmUp: number
  /** One burst of each kind lasts this long (milliseconds); whole calls are counted, not timed. */
  burstMs: number
  calls: number
  /** Calls rung in store for a burst of keypad turns; when they are used up the burst ends. */
  rung: number
}

export const FULL: Size = { customers: 200, atOnce: 32, warmUp: 2, burstMs: 500, calls: 64, rung: 600 }
/** Enough to see that all of it runs. Its figures mean nothing: nothing is warm. */
export const SHORT: Size = { customers: 8, atOnce: 4, warmUp: 0, burstMs: 200, calls: 8, rung: 40 }

/** On a busy machine there are fewer rounds (at least one) rather than a bench that takes for ever (milliseconds). */
const LONGEST_MS = 40_000
/** So many rounds thrown away are no accident any more. */
const MOST_OVERLOADED = 10

/** Calls begin one after the other (milliseconds), so that not all of them wait for the same answer time. */
const STAGGER_MS = 30

interface Burst {
  count: number
  bytes: number
  cpuEach: number
  ms: number
}

/**
 * Measures at least one round.
 * @throws when no round can be measured, or a figure of one is none: something is broken that no busy machine explains.
 */
export async function measure(floor: Child, rufpass: Child, rounds: number, size: Size): Promise<Measured> {
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
  const late = performance.now() + LONGEST_MS
  const isOver = (): boolean =>
    measured.turn.length >= rounds || (measured.turn.length > 0 && performance.now() >= late)
  for (let round = -size.warmUp; !isOver(); round++) {
    const before = await floorBurst(floor, '/built', size)
    const turn = await turnBurst(rufpass, size)
    const after = await floorBurst(floor, '/built', size)
    const kept = await floorBurst(floor, '/kept', size)
    const call = await callBurst(rufpass, size, (connection) =>
      wholeCall(connection, customer(customers++ % size.customers)),
    )
    const plainer = await callBurst(floor, size, plainCall)
    const verify = await rufpass.ask('verify')
    if (call.count === 0) throw new Error('the bench made no call that was verified')
    if (round < 0) continue
    if (call.count < size.calls) {
      measured.overloaded += 1
      if (measured.overloaded === MOST_OVERLOADED) throw new Error('in every round a caller was sent to a person')
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
  refuseNonsense(measured)
  return measured
}

/** CPU time of what all connections do at once, for each time that `count` is called. New connections: idle ones get closed. */
async function burst(
  child: Child,
  { atOnce }: Size,
  work: (connection: Connection, count: (bytes: number) => void) => Promise<void>,
): Promise<Burst> {
  const to = await Promise.all(Array.from({ length: atOnce }, () => openConnection(child.port)))
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
function floorBurst(child: Child, path: string, size: Size): Promise<Burst> {
  const until = performance.now() + size.burstMs
  // Every connection does something, however late it was opened.
  return burst(child, size, async (connection, count) => {
    do {
      const { body } = await webhook(connection, path, newCall(), { Digits: '1', FinishedOnKey: '', msg: 'Gather End' })
      count(Buffer.byteLength(body))
    } while (performance.now() < until)
  })
}

async function turnBurst(child: Child, size: Size): Promise<Burst> {
  const rung: { callId: string; step: string }[] = []
  await burst(child, size, async (connection) => {
    while (rung.length < size.rung) rung.push(await ring(connection))
  })
  const until = performance.now() + size.burstMs
  return burst(child, size, async (connection, count) => {
    do {
      const call = rung.pop()
      if (call === undefined) return
      await keypadTurns(connection, call, ({ body }) => count(Buffer.byteLength(body)))
    } while (performance.now() < until)
  })
}

let customers = 0

function callBurst(child: Child, size: Size, make: (connection: Connection) => Promise<boolean>): Promise<Burst> {
  let left = size.calls
  let begun = 0
  return burst(child, size, async (connection, count) => {
    await new Promise((resolve) => setTimeout(resolve, STAGGER_MS * begun++))
    while (left > 0) {
      left -= 1
      if (await make(connection)) count(0)
    }
  })
}

/** Keypad turns of one call, for the explanation beside the figures. */
export const TURNS_BEHIND_A_RING = KEYPAD_TURNS
