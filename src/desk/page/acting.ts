/** One thing at a time: until the desk shows what came of it, nothing is asked twice, however often somebody clicks. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { type ApiAnswer, postJson } from '../../page/api.ts'

export interface Acting {
  /** The path that is not over yet, or null. */
  pending: string | null
  /** Why the last thing was refused: a code of the server, `other`, or null. */
  refused: string | null
  /** Posts below /desk/api. Gives the data, or null when it was refused or another thing is pending. */
  run(path: string, body?: unknown): Promise<Record<string, unknown> | null>
}

/** Longest wait for the snapshot that follows an answer; what changes nothing has none. */
const SHOWN_MS = 1000
const REFUSAL_MS = 10_000

/** `at`: the time of the last snapshot. */
export function useActing(csrf: string, at: string | null, signedOut: () => void): Acting {
  const busy = useRef(false)
  const over = useRef<(() => void) | null>(null)
  const [pending, setPending] = useState<string | null>(null)
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
    setPending(null)
  }
  return {
    pending,
    refused,
    async run(path, body = {}) {
      if (busy.current) return null
      busy.current = true
      setPending(path)
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
