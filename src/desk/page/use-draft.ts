/**
 * The note of the call at hand. It is kept at the server while it is written, so that a reload, another page of the same
 * agent and the end of the wrap-up all find it; this browser stores nothing of it.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AssignmentView, OwnDraft } from '../../floor/view.ts'
import { postJson } from '../../page/api.ts'

/** How long nothing is written before what is there is sent, ms. */
const PAUSE_MS = 700
/** From here on every key is sent at once: the server ends the wrap-up. */
const AHEAD_MS = 3_000
const AGAIN_MS = 2_000

/** Whether the server has all of it: `failed` is tried again. */
export type DraftState = 'none' | 'unsent' | 'kept' | 'failed'

export interface Drafting extends OwnDraft {
  state: DraftState
  write(change: Partial<OwnDraft>): void
  /** Nothing is sent meanwhile: what is there is about to be saved. Where that fails the draft is sent after all. */
  saving(save: () => Promise<boolean>): Promise<void>
}

interface Local {
  id: string
  draft: OwnDraft
  state: DraftState
}

const EMPTY: OwnDraft = { note: '', ticket: 'keep', goesTo: null }

/** Of this page as long as it is loaded: a session that ends in mid-sentence takes nothing with it. */
let held: Local | null = null

/** For the next who sits here. */
export function forgetDraft(): void {
  held = null
}

export function useDraft(assignment: AssignmentView | null, now: number, csrf: string): Drafting {
  const id = assignment?.id ?? null
  const [local, setLocal] = useState<Local | null>(held)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const own = local?.id === id ? local : null
  const draft = own?.draft ?? assignment?.draft ?? EMPTY
  const isLate = assignment?.wrapUpUntil != null && now > Date.parse(assignment.wrapUpUntil) - AHEAD_MS

  const set = (next: Local | null): void => {
    held = next
    setLocal(next)
  }
  async function send(): Promise<void> {
    clearTimeout(timer.current)
    const sent = held
    if (sent === null || sent.state === 'kept') return
    const answer = await postJson(`desk/api/assignments/${encodeURIComponent(sent.id)}/draft`, sent.draft, csrf)
    // Written meanwhile: that is sent by its own key.
    if (held?.id !== sent.id || held.draft !== sent.draft) return
    if (answer.ok) return set({ ...sent, state: 'kept' })
    // The call is over, and its note is kept.
    if (answer.status === 404) return set(null)
    set({ ...sent, state: 'failed' })
    timer.current = setTimeout(send, AGAIN_MS)
  }

  useEffect(() => {
    if (held !== null && id !== null && held.id !== id) set(null)
    // After a sign-in what was not sent before is.
    else if (held !== null && held.id === id && held.state !== 'kept') void send()
  }, [id])
  useEffect(() => {
    const leave = () => document.visibilityState === 'hidden' && void send()
    document.addEventListener('visibilitychange', leave)
    return () => {
      document.removeEventListener('visibilitychange', leave)
      clearTimeout(timer.current)
    }
  }, [])

  return {
    ...draft,
    state: own?.state ?? (assignment?.draft ? 'kept' : 'none'),
    write(change) {
      if (id === null) return
      set({ id, draft: { ...draft, ...change }, state: 'unsent' })
      clearTimeout(timer.current)
      timer.current = setTimeout(send, isLate ? 0 : PAUSE_MS)
    },
    async saving(save) {
      clearTimeout(timer.current)
      if (!(await save())) await send()
    },
  }
}
