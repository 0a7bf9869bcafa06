/** A letter with a new PIN for a caller who forgot it. Nobody here is told whether there is such a customer: the agent says what callers hear, too. */
import { useState } from 'preact/hooks'
import type { AssignmentView } from '../../floor/view.ts'
import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'
import { when } from '../../page/time.ts'

export interface LetterParts {
  letter: NonNullable<AssignmentView['letter']>
  now: number
  pending: boolean
  /** Whether it was taken. */
  order(): Promise<boolean>
}

export function Letter({ letter: { last }, now, pending, order }: LetterParts) {
  const language = useLanguage()
  const words = language.desk.letter
  const [isTaken, setTaken] = useState(false)
  // What the store knows of the last one says more than that one was asked for.
  const isResting = last !== null && Date.parse(last.next) > now
  return (
    <div class="letter">
      <p>
        {!isTaken && !isResting && (
          <button
            type="button"
            aria-disabled={pending}
            onClick={() => {
              if (!pending) void order().then((done) => done && setTaken(true))
            }}
          >
            <Icon name="key" />
            {words.order}
          </button>
        )}{' '}
        {last && (
          <span class="muted">
            {words.last(when(last.at, now, language))}
            {isResting && ` ${words.next(when(last.next, now, language))}`}
          </span>
        )}
      </p>
      <div role="status">
        {isTaken && (
          <p class="notice tone-calm">
            <Icon name="key" />
            <span>
              <strong>{words.taken}</strong> {words.say}
            </span>
          </p>
        )}
      </div>
    </div>
  )
}
