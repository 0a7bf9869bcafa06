/** What the bench prints: a table for each pair of stores, and at the end the ratios that docs/measured.md shows. */
import { measured } from '../support/measured.ts'
import { TURNS_OF_A_CALL } from './caller.ts'
import { type Measured, shown, spreadOf } from './figures.ts'
import type { Size } from './measure.ts'

/** What is aimed at, on Redis and Postgres. */
const TARGETS = { turn: 1.1, call: 1.3 }

export interface Side {
  name: string
  /** As docs/measured.md calls these stores. */
  inTable: string
  stores: Record<string, string>
  rounds: number
  /** Whether the targets count for it. */
  isTarget: boolean
}

export interface SideResult {
  side: Side
  measured: Measured
}

/** Prints one side. Returns whether it keeps the targets that count for it. */
export function report(side: Side, m: Measured, { atOnce }: Size, memory: { idle: number; busy: number }): boolean {
  const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
  const sum = spreadOf(m.floor).median * TURNS_OF_A_CALL + spreadOf(m.verify).median
  const rows: [string, string, string][] = [
    ['', 'CPU µs, median (least to most)', 'ratio'],
    ['(a) floor, document built each time', shown(m.floor, 0), '1'],
    ['    floor, document built once', shown(m.floorKept, 0), ''],
    ['(b) keypad turn', shown(m.turn, 0), `${shown(m.turnRatio, 2)}${against(side, TARGETS.turn)}`],
    ['    against the document built once', '', shown(m.turnRatioKept, 2)],
    ['    one argon2id verify', shown(m.verify, 0), ''],
    [
      `(c) whole call, ${TURNS_OF_A_CALL} turns`,
      shown(m.call, 0),
      `${shown(m.callRatio, 2)}${against(side, TARGETS.call)}`,
    ],
    [`    ${TURNS_OF_A_CALL} × (a) + verify`, sum.toFixed(0), ''],
    ['    against the document built once', '', shown(m.callRatioKept, 2)],
    ['    a plain call at the same pace', shown(m.plainCall, 0), shown(m.plainCallRatio, 2)],
  ]
  console.log(`\n${side.name}: ${m.turn.length} rounds, ${atOnce} calls at once`)
  for (const [what, cpu, ratio] of rows) console.log(`${what.padEnd(40)}${cpu.padEnd(34)}${ratio}`)
  console.log(
    `documents ${m.bytes.floor.toFixed(0)} and ${m.bytes.turn.toFixed(0)} bytes; ` +
      `${m.rate.floor.toFixed(0)} and ${m.rate.turn.toFixed(0)} answers/s; memory ${mb(memory.idle)} idle, ${mb(memory.busy)} after`,
  )
  const kept = spreadOf(m.turnRatio).median <= TARGETS.turn && spreadOf(m.callRatio).median <= TARGETS.call
  if (m.overloaded > 0) console.log(`${m.overloaded} rounds thrown away: the machine was too busy with other things.`)
  if (side.isTarget) console.log(kept ? 'Both targets are met.' : 'A target is missed.')
  return kept || !side.isTarget
}

/** The two ratios of every pair of stores, as the rows of docs/measured.md. */
export function reportRatios(results: readonly SideResult[], isShort: boolean): void {
  const row = (what: string, target: number, of: (of: Measured) => number[]): void => {
    const ratios = results.map(({ side, measured: m }) => ({ side, ratio: spreadOf(of(m)).median }))
    const missed = ratios.some(({ side, ratio }) => side.isTarget && ratio > target)
    const times = ratios.map(({ side, ratio }) => `${ratio.toFixed(2)} times ${side.inTable}`)
    measured(what, `${times.join(', ')} (target ${target}${missed ? ', missed' : ''})`)
  }
  console.log(`\n${isShort ? 'A short round, which is no measurement' : 'For docs/measured.md'}:`)
  const turn = 'CPU of a keypad turn against a bare Express server with the same checks'
  const call = 'CPU of a whole call against its turns at that floor and one argon2id'
  row(turn, TARGETS.turn, ({ turnRatio }) => turnRatio)
  row(call, TARGETS.call, ({ callRatio }) => callRatio)
}

function against({ isTarget }: Side, target: number): string {
  return isTarget ? `, at most ${target}` : ''
}
