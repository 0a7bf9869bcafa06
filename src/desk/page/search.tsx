/** A customer by customer or ticket number. What may not be shown looks like what nobody has. */
import { useState } from 'preact/hooks'
import type { FoundCustomers } from '../../floor/books-view.ts'
import { postJson } from '../../page/api.ts'
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import { Tickets } from './matters.tsx'
import { NotesUnder } from './written.tsx'

export interface SearchParts {
  csrf: string
  now: number
  signedOut(): void
}

export function Search({ csrf, now, signedOut }: SearchParts) {
  const words = useLanguage().desk.between
  const [number, setNumber] = useState('')
  const [found, setFound] = useState<FoundCustomers['customers'] | null>(null)
  const [refused, setRefused] = useState<string | null>(null)
  const [pending, setPending] = useState(false)

  async function search(): Promise<void> {
    if (pending || number.trim() === '') return
    setPending(true)
    setRefused(null)
    setFound(null)
    const answer = await postJson<FoundCustomers>('desk/api/search', { number }, csrf)
    setPending(false)
    if (answer.ok) setFound(answer.data.customers)
    else if (answer.status === 401) signedOut()
    else if (answer.status === 429) setRefused(words.tooMany(Math.ceil((answer.retryAfter ?? 60) / 60)))
    else setRefused(answer.status === 400 ? words.noNumber : words.searchFailed)
  }

  return (
    <>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault()
          void search()
        }}
      >
        <input
          aria-label={words.searchLabel}
          placeholder={words.searchLabel}
          inputMode="numeric"
          autocomplete="off"
          maxLength={64}
          value={number}
          onInput={({ currentTarget }) => setNumber(currentTarget.value)}
        />
        <button type="submit" aria-disabled={pending}>
          {words.searchNow}
        </button>
      </form>
      <p class="muted small">{words.searchNote}</p>
      <div role="status">
        {refused && <p class="notice tone-fair">{refused}</p>}
        {found?.length === 0 && <p>{words.nothingFound}</p>}
      </div>
      {found?.map(({ brand, customerNumber, name, tickets, notes }) => (
        <div key={`${brand} ${customerNumber}`} class="found">
          <p>
            <strong>{name}</strong> <span class="figures">{customerNumber}</span>{' '}
            <span class="muted">{capital(brand)}</span>
          </p>
          <Tickets tickets={tickets} now={now} acts={null} />
          <NotesUnder title={words.accountNotes} notes={notes} now={now} />
        </div>
      ))}
    </>
  )
}
