/** What a row changes of the contacts that are kept beside numbers. */
import type { AccountFacts, BatchState, Plan, Reached } from './batch.ts'
import { type CustomerRow, contactKinds } from './row.ts'

/** `since`: when what is new began, null for a new account. What was confirmed stays, whatever the file says (R50). */
export function contactsOf(
  row: CustomerRow,
  { ref, ends }: Pick<AccountFacts, 'ref' | 'ends'>,
  state: BatchState,
  since: Date | null,
): Plan['contacts'] {
  const added: Reached[] = []
  const ended: Reached[] = []
  for (const kind of contactKinds) {
    const value = row[kind]
    const open = state.contacts.filter((each) => each.ref === ref && each.kind === kind && each.to === null)
    const isOver = ends !== null && since !== null && ends <= since
    if (isOver) ended.push(...open.map((each) => ({ ...each, to: ends })))
    if (isOver || value === undefined) continue
    const gone = open.filter((each) => each.value !== value && each.confirmed === null)
    ended.push(...gone.map((each) => ({ ...each, to: since })))
    if (value !== null && !open.some((each) => each.value === value))
      added.push({ id: null, brand: row.brand, ref, kind, value, from: since, to: null, confirmed: null })
  }
  return { added, ended }
}
