import { rulesOf } from '../../src/hotlines/hotlines.ts'
import type { TestApp } from './app.ts'
import { cheapMaker } from './cheap-verifiers.ts'
import { importLines, line } from './customers.ts'

/** A customer of alpenfunk who has just been given another SIM, so that its PUK counts as wrong. */
export const NEWLY_SWAPPED = { number: '53284163', sim: '8949039200539999996', puk: '26405913' }

/** Gives it to them. */
export async function swapSim({ deps, clock }: Pick<TestApp, 'deps'> & { clock: { now(): Date } }): Promise<void> {
  const { number, sim, puk } = NEWLY_SWAPPED
  const swapped = line({ brand: 'alpenfunk', customer_number: number, pin: '6207', sim_numbers: sim, puks: puk })
  await importLines(deps.database.db, [swapped], {
    brands: rulesOf(deps.hotlines),
    verifier: cheapMaker(deps.keys.pin),
    now: clock.now,
  })
}
