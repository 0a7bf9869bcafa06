/** What the proof finds, with the call that shows it. */
import type { Finding } from '../flow/files/finding.ts'
import type { Exploration, Transition } from './exploration.ts'

/** What happened in one turn of a bad call. */
export type Exchanged = Pick<Transition, 'from' | 'act' | 'asked' | 'way' | 'reply' | 'broke'>

/** A call from the ringing on, such as one that breaks a rule. */
export interface CounterExample {
  exploration: Exploration
  /** The kind of day on which it takes place, by its number in the exploration. */
  day: number
  exchanges: Exchanged[]
}

/** A finding with the brands that it concerns, and the shortest call that shows it; null where no single call does. */
export interface ProofFinding extends Finding {
  brands: string[]
  call: CounterExample | null
}
