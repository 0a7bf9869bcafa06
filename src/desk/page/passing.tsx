/** A call on its way from one agent to another, as each of the two sees it. */
import type { AssignmentView } from '../../floor/view.ts'
import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'
import { capital, languageNamed, useNames } from '../../page/named.ts'
import { span } from '../../page/time.ts'
import { AssuranceTag } from './assurance.tsx'

/** Whose phone rings, and how long it has; or who has joined. */
export function Passing({ passing, now }: { passing: NonNullable<AssignmentView['passing']>; now: number }) {
  const words = useLanguage().desk
  return (
    <p class="notice tone-calm passing">
      <Icon name="phone" />
      <span>
        <strong class="figures">
          {passing.joined ? words.joined(passing.to) : words.passing(passing.to, span(now - Date.parse(passing.since)))}
        </strong>{' '}
        {passing.joined ? words.joinedMeans(passing.to) : words.passingMeans}
      </span>
    </p>
  )
}

/** Who gave the call, and what they wrote to this agent. */
export function Given({ assignment: { from } }: { assignment: AssignmentView }) {
  const words = useLanguage().desk
  const named = useNames()
  if (from === null) return null
  return (
    <>
      <p class="notice tone-calm">
        <Icon name="forward" />
        {words.from(from.agent, from.topic && named(from.topic))}
      </p>
      {from.note !== null && (
        <figure class="given-note">
          <figcaption class="muted">{words.noteFrom(from.agent)}</figcaption>
          <blockquote>{from.note}</blockquote>
        </figure>
      )}
    </>
  )
}

/** All that is shown before the call is taken: how sure and about what, and not whose it is. */
export function Preview({
  assignment: { topic, brand },
  preview: { level, language: spoken },
}: {
  assignment: AssignmentView
  preview: NonNullable<AssignmentView['preview']>
}) {
  const language = useLanguage()
  const words = language.desk
  const named = useNames()
  return (
    <div class="context">
      <p class="sure">
        <AssuranceTag level={level} />
        <strong>{named(topic ?? 'general')}</strong>
        <span class="muted">
          {capital(brand)} · {languageNamed(spoken, language)}
        </span>
      </p>
      <p class="muted">{words.preview}</p>
    </div>
  )
}
