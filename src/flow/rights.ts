/** What an agent may do for a caller, by the tables of the brand. PURE. */
import type { Level } from '../auth/assurance.ts'
import type { Brand } from './brand.ts'

export interface Rights {
  may: string[]
  /** All else; what rests is among it. */
  mayNot: string[]
  /** What the level would allow, and a change of the secret keeps from everybody for a time. */
  resting: string[]
}

/** What our own desk does itself, on matters and on nothing else of the account. */
export const NEVER_RESTS = 'add_to_ticket'

/** What rests after a change of the secret: as the brand says, else all that has to be proved. */
export function dangerousOf({ actions, dangerous }: Pick<Brand, 'actions' | 'dangerous'>): string[] {
  return dangerous ?? Object.keys(actions).filter((action) => actions[action] === 2 && action !== NEVER_RESTS)
}

/** `never` means not by hotline PIN alone. @param rests whether the secret was changed a short time ago, or may have been. */
export function rightsOf(brand: Pick<Brand, 'actions' | 'dangerous'>, level: Level, rests: boolean): Rights {
  const dangerous = rests ? dangerousOf(brand) : []
  const allowed = Object.entries(brand.actions)
    .filter(([, needs]) => needs !== 'never' && needs <= level)
    .map(([action]) => action)
  const may = allowed.filter((action) => !dangerous.includes(action))
  return {
    may,
    mayNot: Object.keys(brand.actions).filter((action) => !may.includes(action)),
    resting: allowed.filter((action) => dangerous.includes(action)),
  }
}
