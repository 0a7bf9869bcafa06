/**
 * One thing at a time: until the desk shows what came of it, nothing is asked twice, however often somebody clicks. Without a
 * connection nothing is asked at all, and that is said.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { type ApiAnswer, postJson } from '../../page/api.ts'

export interface Acting {
  /** Whether nothing can be asked now: something is not over yet, or there is no connection. */
  pending: boolean
  /** Why the last thing was refused: a code of the server, `other`, or null. */
  refused: string | null
  /** Posts below /desk/api. Gives the data, or null when it was refused or another thing is pending. */
  run(path: string, body?: unknown): Promise<Record<string, unknown> | null>
  /** Says why something cannot be, without asking. */
  refuse(why: string): void
}

/** Longest wait for the snapshot that follows an answer; what changes nothing has none. */
const SHOWN_MS = 1000
const REFUSAL_MS = 10_000

/** `at`: the time of the last snapshot. `connected`: whether the desk's stream is there. */
export function useActing(
  csrf: string,
  { at, connected }: { at: string | null; connected: boolean },
  signedOut: () => void,
): Acting {
  const busy = useRef(false)
  const over = useRef<(() => void) | null>(null)
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<string | null>(null)
  const shown = useRef(at)
  useEffect(() => {
    shown.current = at
    over.current?.()
  }, [at])
  useEffect(() => {
    const timer = setTimeout(() => setRefused(null), REFUSAL_MS)
    return () => clearTimeout(timer)
  }, [refused])

  const release = (): void => {
    over.current = null
    busy.current = false
    setPending(false)
  }
  return {
    pending: pending || !connected,
    refused,
    refuse: setRefused,
    async run(path, body = {}) {
      if (busy.current) return null
      if (!connected) {
        setRefused('no_connection')
        return null
      }
      busy.current = true
      setPending(true)
      setRefused(null)
      const before = shown.current
      const answer: ApiAnswer<Record<string, unknown>> = await postJson(`desk/api/${path}`, body, csrf)
      // The snapshot may be here before the answer.
      if (answer.ok && shown.current !== before) release()
      else if (answer.ok) {
        const timer = setTimeout(release, SHOWN_MS)
        over.current = () => {
          clearTimeout(timer)
          release()
        }
      }
      if (answer.ok) return answer.data
      release()
      if (answer.status === 401) signedOut()
      else setRefused(answer.code ?? 'other')
      return null
    },
  }
}
