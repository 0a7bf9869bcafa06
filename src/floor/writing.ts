/** Who reads what was written during a call. */
import type { Assignment } from '../seams/floor.ts'
import type { Draft, NameMatch, NoteOfCall } from '../seams/notes.ts'
import { isPassedOn } from './assignment.ts'
import type { AssignmentView } from './view.ts'

/**
 * The agent's own draft, and what others wrote in this call, or are writing. What was written of an account is for those
 * alone who are shown the same account now (`shown`). In the wrap-up it is what there was when the talk ended, and of a call
 * that is passed on it is nothing until it is taken: the note to the colleague is in `from`.
 */
export function writingOf(
  assignment: Assignment,
  {
    notes,
    drafts,
    names: said,
  }: { notes: readonly NoteOfCall[]; drafts: readonly Draft[]; names: readonly NameMatch[] },
  { names, shown }: { names: ReadonlyMap<string, string>; shown: string | null },
): Pick<AssignmentView, 'draft' | 'notes' | 'keeps' | 'nameConfirmed'> {
  const { id, ref, topic, state, since } = assignment
  const isOver = state === 'wrap_up'
  const isTaken = !isPassedOn(assignment)
  const mine = isOver ? ref : isTaken ? shown : null
  const isForMe = (written: { ref: string | null; at: string }): boolean =>
    isTaken && (written.ref === null || written.ref === mine) && (!isOver || written.at <= since)
  const own = drafts.find(({ assignment }) => assignment === id)
  const others = drafts.filter((draft) => draft !== own && draft.text.trim() !== '' && isForMe(draft))
  const match = said.find(({ ref, matches }) => ref === mine && matches)
  return {
    nameConfirmed: match ? { agent: names.get(match.agent) ?? match.agent, at: match.at } : null,
    draft: own ? { note: own.text, ticket: own.closes ? 'close' : 'keep', goesTo: own.goesTo } : null,
    notes: [
      ...notes.filter(isForMe).map(({ at, agent, text }) => ({ at, agent, text, draft: false })),
      ...others.map(({ at, author, text }) => ({ at, agent: names.get(author) ?? author, text, draft: true })),
    ],
    keeps: mine === null ? 'call' : topic === null ? 'account' : 'ticket',
  }
}
