/** The note of the call at hand, kept as a draft, and saved by itself before the wrap-up runs out. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AssignmentView } from '../../floor/view.ts'
import { forgetDrafts, readDraft, writeDraft } from './drafts.ts'

/** Time for the request to arrive before the server ends the wrap-up. */
const AHEAD_MS = 3000

export interface Draft {
  note: string
  setNote(note: string): void
  closesTicket: boolean
  setClosesTicket(closes: boolean): void
}

export function useDraft(
  assignment: AssignmentView | null,
  now: number,
  save: (note: string, closesTicket: boolean) => Promise<boolean>,
): Draft {
  const id = assignment?.id ?? null
  const [draft, setDraft] = useState<{ id: string | null; note: string; closesTicket: boolean }>(fresh(id))
  const own = draft.id === id ? draft : fresh(id)
  const saved = useRef<string | null>(null)
  // What belongs to no call at hand was saved or is lost with its call.
  const seen = useRef(false)
  useEffect(() => {
    if (id !== null) seen.current = true
    if (seen.current) forgetDrafts(id)
  }, [id])
  useEffect(() => {
    const until = assignment?.wrapUpUntil
    if (!until || own.note === '' || saved.current === id || now < Date.parse(until) - AHEAD_MS) return
    saved.current = id
    // Something else was under way, or the connection was lost: once more with the next tick.
    void save(own.note, own.closesTicket).then((done) => {
      if (!done) saved.current = null
    })
  })
  return {
    note: own.note,
    setNote(note) {
      if (id !== null) writeDraft(id, note)
      setDraft({ ...own, note })
    },
    closesTicket: own.closesTicket,
    setClosesTicket: (closesTicket) => setDraft({ ...own, closesTicket }),
  }
}

function fresh(id: string | null): { id: string | null; note: string; closesTicket: boolean } {
  return { id, note: id === null ? '' : readDraft(id), closesTicket: false }
}
