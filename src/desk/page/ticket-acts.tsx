/** What is chosen before it is done with tickets: the topic of a new one, and the one into which another is merged. */
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'

export interface TicketActs {
  /** Topics of the brand; of a customer one ticket of each is open at most. */
  topics: readonly string[]
  pending: boolean
  open(topic: string): void
  close(number: string): void
  /** Null where the caller has not proved who they are: what changes where a number leads is their own to have done. */
  change: { merge(number: string, into: string): void; reopen(number: string): void; undo(number: string): void } | null
}

export function OpenTicket({ acts, taken }: { acts: TicketActs; taken: readonly string[] }) {
  const words = useLanguage().desk
  const named = useNames()
  const free = acts.topics.filter((topic) => !taken.includes(topic))
  const [chosen, choose] = useState<string | null>(null)
  const topic = chosen !== null && free.includes(chosen) ? chosen : free[0]
  if (topic === undefined) return null
  return (
    <div class="open-ticket">
      <label class="small">
        <span class="unseen">{words.topic}</span>
        <select value={topic} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {free.map((each) => (
            <option key={each} value={each}>
              {named(each)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" aria-disabled={acts.pending} onClick={() => acts.open(topic)}>
        {words.openNewTicket}
      </button>
    </div>
  )
}

export interface MergeParts {
  number: string
  /** The other open ones. */
  targets: readonly { number: string; topic: string }[]
  pending: boolean
  merge(into: string): void
}

/** Two steps, so that no arrow key in the list merges anything. Escape leaves it as it was, with the focus where it began. */
export function MergeTicket({ number, targets, pending, merge }: MergeParts) {
  const words = useLanguage().desk
  const named = useNames()
  const id = useId()
  const list = useRef<HTMLSelectElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [chosen, choose] = useState<string | null>(null)
  const wasOpen = useRef(false)
  // At once, so that the next key is not lost.
  useLayoutEffect(() => {
    if (isOpen) list.current?.focus()
    else if (wasOpen.current) button.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  const into = targets.find((target) => target.number === chosen)?.number ?? targets[0]?.number
  if (into === undefined) return null
  const leave = (): void => setOpen(false)
  if (!isOpen)
    return (
      <button
        type="button"
        class="small"
        ref={button}
        aria-disabled={pending}
        aria-label={words.mergeThis(number)}
        onClick={() => setOpen(true)}
      >
        {words.mergeInto}
      </button>
    )
  return (
    <form
      class="merge-ticket"
      onSubmit={(event) => {
        event.preventDefault()
        if (!pending) merge(into)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave()
      }}
    >
      <label class="small" for={id}>
        {words.mergeWith}
      </label>
      <select id={id} ref={list} value={into} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {targets.map((target) => (
          <option key={target.number} value={target.number}>
            {target.number} {named(target.topic)}
          </option>
        ))}
      </select>
      <button type="submit" class="small" aria-disabled={pending}>
        {words.merge}
      </button>
      <button type="button" class="small" onClick={leave}>
        {words.cancelMerge}
      </button>
    </form>
  )
}
