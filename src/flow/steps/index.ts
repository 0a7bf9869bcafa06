/** The step table: a step type is one file and one line here. */
import type { z } from 'zod'
import type { Step, StepTypes } from '../step.ts'
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
import { orderLetter } from './order-letter.ts'
import { rejoin } from './rejoin.ts'
import { say } from './say.ts'
import { setPin } from './set-pin.ts'
import { ticket } from './ticket.ts'
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
  set_pin: setPin,
  order_letter: orderLetter,
  branch,
  notice,
  hours,
  backlog,
  deflect,
  ticket,
  enqueue,
  transfer,
  rejoin,
  hang_up: hangUp,
} as const

/** The same as what flows are read and calls run by: a table in which a step's type is looked up. */
export const ownStepTypes = stepTypes as unknown as StepTypes

type StepOf<Type extends keyof typeof stepTypes> = z.infer<(typeof stepTypes)[Type]['schema']>

/** Whether a step is of this type, and so has its fields. No type of an operator's own has the name of one of ours. */
export function isOf<Type extends keyof typeof stepTypes>(type: Type, step: Step): step is Step & StepOf<Type> {
  return step.type === type
}
