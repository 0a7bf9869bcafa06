/** The step table: a step type is one file and one line here. */
import type { z } from 'zod'
import { backlog } from './backlog.ts'
import { branch } from './branch.ts'
import { choose } from './choose.ts'
import { collect } from './collect.ts'
import { deflect } from './deflect.ts'
import { enqueue } from './enqueue.ts'
import { hangUp } from './hang-up.ts'
import { hours } from './hours.ts'
import { identify } from './identify.ts'
import { language } from './language.ts'
import { notice } from './notice.ts'
import { rejoin } from './rejoin.ts'
import { say } from './say.ts'
import { topic } from './topic.ts'
import { transfer } from './transfer.ts'
import { verify } from './verify.ts'

export const stepTypes = {
  say,
  language,
  choose,
  topic,
  collect,
  identify,
  verify,
  branch,
  notice,
  hours,
  backlog,
  deflect,
  enqueue,
  transfer,
  rejoin,
  hang_up: hangUp,
} as const

type StepOf<Type extends keyof typeof stepTypes> = z.infer<(typeof stepTypes)[Type]['schema']>
/** A step as its flow file configures it. Steps of an operator's own types have whatever fields their schema says. */
export type Step = { [Type in keyof typeof stepTypes]: StepOf<Type> }[keyof typeof stepTypes]
