/** The checks, in the order in which they are made and printed. A new one is a file and a line here. */
import { certificate } from './certificate.ts'
import type { Check, Diagnosis } from './check.ts'
import { clock } from './clock.ts'
import { disk } from './disk.ts'
import { flows } from './flows.ts'
import { keys } from './keys.ts'
import { live } from './live.ts'
import { mail } from './mail.ts'
import { migrations } from './migrations.ts'
import { music } from './music.ts'
import { numbers } from './numbers.ts'
import type { Patient } from './patient.ts'
import { portal } from './portal.ts'
import { publicUrl } from './public-url.ts'
import { region } from './region.ts'
import { settings } from './settings.ts'
import { store } from './store.ts'
import { twilio } from './twilio.ts'

export const checks: readonly Check[] = [
  settings,
  keys,
  store,
  migrations,
  live,
  flows,
  disk,
  publicUrl,
  certificate,
  clock,
  twilio,
  region,
  numbers,
  mail,
  portal,
  music,
]

/** One after the other: a proof of flows takes the processor, and what is asked meanwhile would seem slow. */
export async function* examine(patient: Patient): AsyncGenerator<Diagnosis> {
  for (const check of checks) yield* await check.examine(patient)
}
