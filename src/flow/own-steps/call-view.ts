import type { Level } from '../../auth/assurance.ts'
import type { Secret } from '../../auth/secret.ts'
import type { Call, Claim, Outcome, Visit } from '../../call/call.ts'
import { secretLengths } from '../brand.ts'
import { BrokenFlow } from '../broken-flow.ts'
import { levelReached } from '../second-lock.ts'
import type { Moment, Step } from '../step.ts'
import type { CallView, OperatorMoment } from './define-step.ts'

/** The part of a moment that an operator's step may see, frozen to the last part. */
export function shown({ config, call, hotline }: Moment<Step>): OperatorMoment<Step> {
  return frozen({ config, call: new ShownCall(call), hotline: { brand: hotline.brand } })
}

/**
 * What was keyed, so that a secret of the brand is not told: neither an entry as long as one, nor one that was cut off at
 * fewer keys, which may be the beginning of one. A single key is told by `is` alone.
 */
export function shownKeys(digits: Secret, { call: { step, reply }, hotline: { brand } }: Moment<Step>): Secret {
  const secrets = secretLengths(brand)
  const cutAt = reply?.next.kind === 'gather' ? reply.next.numDigits : null
  const cutsSecrets = cutAt !== null && secrets.some((length) => length > cutAt)
  return digits.shielded({
    lengths: cutsSecrets ? [...secrets, cutAt] : secrets,
    refuse(length) {
      const count = length === 1 ? '1 digit' : `${length} digits`
      const [what, remedy] = secrets.includes(length)
        ? ['as many as a secret of this brand has', 'ask isNumeric and length first, or ask by a verify step']
        : ['the beginning of any secret', 'have it end by the hash key (numDigits null); ask for single keys by is()']
      throw new BrokenFlow('secret', step, `step '${step}' looks at an entry of ${count}, ${what}; ${remedy}`)
    },
  })
}

/** What is shown of a call. Code that looks further, as plain JavaScript can, is told so. */
class ShownCall implements CallView {
  readonly language: string
  readonly topic: string | null
  readonly visit: Visit
  readonly fields: Record<string, string>
  readonly outcome: Outcome
  readonly entries: number
  readonly tries: number
  readonly withheld: boolean
  readonly claim: ShownClaim | null
  readonly level: Level
  readonly #step: string

  constructor(call: Call) {
    this.language = call.language
    this.topic = call.topic
    this.visit = call.visit
    this.fields = call.fields
    this.outcome = call.outcome
    this.entries = call.entries
    this.tries = call.tries
    this.withheld = call.callerNumber === null
    this.claim = call.claim && new ShownClaim(call.claim, call.step)
    this.level = levelReached(call)
    this.#step = call.step
  }

  get assurance(): never {
    throw lookedAt('alike', 'assurance', "decide by 'level', which tells no found account from none", this.#step)
  }
  get callerNumber(): never {
    throw lookedAt('type', 'callerNumber', "it proves nothing; 'withheld' tells whether there is one", this.#step)
  }
  get today(): never {
    throw lookedAt('type', 'today', "lead calls by the brand's dates with a branch step", this.#step)
  }
}

class ShownClaim implements Pick<Claim, 'by'> {
  readonly by: Claim['by']
  readonly #step: string

  constructor({ by }: Claim, step: string) {
    this.by = by
    this.#step = step
  }

  get ref(): never {
    throw lookedAt('alike', 'ref', ONLY_THAT, this.#step)
  }
  get subject(): never {
    throw lookedAt('alike', 'subject', ONLY_THAT, this.#step)
  }
  get failuresBefore(): never {
    throw lookedAt('alike', 'failuresBefore', ONLY_THAT, this.#step)
  }
  get sim(): never {
    throw lookedAt('account', 'sim', ONLY_THAT, this.#step)
  }
  get ticket(): never {
    throw lookedAt('account', 'ticket', ONLY_THAT, this.#step)
  }
}

const ONLY_THAT = 'decide by nothing of the claim but that there is one'

function lookedAt(fault: 'alike' | 'account' | 'type', part: string, remedy: string, step: string): BrokenFlow {
  return new BrokenFlow(fault, step, `step '${step}' looks at '${part}', which is not shown to it; ${remedy}`)
}

/** Frozen to the last part. A brand may have parts that are looked up when asked for; those are not asked for here. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const { value: part } of Object.values(Object.getOwnPropertyDescriptors(value))) frozen(part)
  return value
}
