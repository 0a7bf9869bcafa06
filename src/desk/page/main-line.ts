/** The one sentence that an agent goes by: how sure we are, why, and what may be done, from level, rights and refusals together. */
import type { AssignmentView } from '../../floor/view.ts'

type Context = NonNullable<AssignmentView['context']>

export interface MainLine {
  because: Context['outcome'] | 'called_off'
  consequence: 'all' | 'not_yours' | 'listed' | 'shown' | 'nothing'
  tone: 'tone-good' | 'tone-calm' | 'tone-fair' | 'tone-bad'
}

/** Where something was tried and not confirmed it warns, and where nothing was tried it only says so. */
const tones: Record<MainLine['because'], MainLine['tone']> = {
  verified: 'tone-good',
  refused: 'tone-bad',
  no_pin: 'tone-fair',
  silent: 'tone-fair',
  unavailable: 'tone-calm',
  limited: 'tone-fair',
  not_needed: 'tone-calm',
  called_off: 'tone-calm',
}

/** Null of `check`: there was none in this talk. */
export function mainLine(context: Context, check: AssignmentView['check']): MainLine {
  const isVerified = context.assurance.level === 2
  const because = isVerified ? 'verified' : check === 'called_off' ? check : ofLevel(context.outcome)
  const consequence = consequenceOf(context, isVerified)
  return { because, consequence, tone: consequence === 'not_yours' ? 'tone-calm' : tones[because] }
}

/** Below level 2 nothing is confirmed, whatever was once. */
function ofLevel(outcome: Context['outcome']): Context['outcome'] {
  return outcome === 'verified' ? 'refused' : outcome
}

function consequenceOf({ account, may }: Context, isVerified: boolean): MainLine['consequence'] {
  if (isVerified) return account === null ? 'not_yours' : 'all'
  if (may.length === 0) return 'nothing'
  return account === null ? 'listed' : 'shown'
}
