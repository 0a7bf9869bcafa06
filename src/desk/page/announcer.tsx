import type { AssignmentView } from '../../floor/view.ts'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'

/** Says an offer at once and other changes when there is a pause, for those who do not see the screen. */
export function Announcer({ assignment }: { assignment: AssignmentView | null }) {
  const words = useLanguage().desk
  const named = useNames()
  const context = assignment?.context
  const offer = words.offer(
    context?.account?.name ?? words.unknownCaller,
    words.levels[context?.assurance.level ?? assignment?.preview?.level ?? 0] ?? '',
    named(assignment?.topic ?? 'general'),
  )
  const state = assignment && (assignment.held ? words.heldState : words.states[assignment.state])
  const check = assignment?.check ? words.checks[assignment.check] : ''
  const passing = assignment?.passing
    ? assignment.passing.joined
      ? words.joined(assignment.passing.to)
      : words.passing(assignment.passing.to, '')
    : ''
  return (
    <>
      <p class="unseen" aria-live="assertive">
        {assignment?.state === 'ringing' ? offer : ''}
      </p>
      <p class="unseen" aria-live="polite">
        {assignment === null ? words.idle : assignment.state === 'ringing' ? '' : `${state}. ${check} ${passing}`}
      </p>
    </>
  )
}
