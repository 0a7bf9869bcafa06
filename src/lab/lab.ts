/**
 * The attack lab: what a policy is worth, in accounts that attackers open and owners that they keep out. Each attacker is played
 * under a virtual clock on the lock of `auth/lockout.ts`, and reckoned beside it in closed form, which knows nothing of that code: where
 * the two part by more than chance, one of them is wrong. Imports `auth`, and nothing that has a clock, a store or a call. PURE.
 */
import type { Attacker, Row, Setting } from './attacker.ts'
import { agent, guesser } from './attackers/guesser.ts'
import { exPartner, patient } from './attackers/patient.ts'
import { insider, sprayer } from './attackers/sprayer.ts'
import { vandal } from './attackers/vandal.ts'
import type { Population, PopulationName } from './populations.ts'
import { chanceOf } from './random.ts'

export const attackers: readonly Attacker[] = [guesser, patient, exPartner, sprayer, insider, agent, vandal]

export interface Played extends Row {
  attacker: string
  /** Null where it is the same for all. */
  population: PopulationName | null
}

/** Every attacker on every population. Each begins with chance of its own, so that one alone plays as it does among the others. */
export function playLab(
  chosen: readonly Attacker[],
  populations: readonly Population[],
  setting: Omit<Setting, 'population'>,
  seed: number,
): Played[] {
  return chosen.flatMap((attacker) =>
    (attacker.blind ? populations.slice(0, 1) : populations).flatMap((population) =>
      attacker.play({ ...setting, population }, chanceOf(seed)).map((row) => ({
        attacker: attacker.name,
        population: attacker.blind ? null : population.name,
        ...row,
      })),
    ),
  )
}
