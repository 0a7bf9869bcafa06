/** What must hold of every turn. */
import { account } from './account.ts'
import { admission } from './admission.ts'
import { breaks } from './breaks.ts'
import { change } from './change.ts'
import { hours } from './hours.ts'
import type { Invariant } from './invariant.ts'
import { provedLevel } from './level.ts'
import { prompts } from './prompts.ts'
import { purity } from './purity.ts'
import { returns } from './returns.ts'
import { secret } from './secret.ts'
import { waiting } from './waiting.ts'

export const invariants: readonly Invariant[] = [
  breaks,
  provedLevel,
  admission,
  change,
  hours,
  secret,
  account,
  waiting,
  returns,
  prompts,
  purity,
]
