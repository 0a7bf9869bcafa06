/** The rules about single turns. */
import { account } from './account.ts'
import { breaks } from './breaks.ts'
import type { TurnRule } from './invariant.ts'
import { level } from './level.ts'
import { prompts } from './prompts.ts'
import { purity } from './purity.ts'
import { returns } from './returns.ts'
import { secret } from './secret.ts'
import { waiting } from './waiting.ts'

export const turnRules: readonly TurnRule[] = [breaks, level, secret, account, waiting, returns, prompts, purity]
