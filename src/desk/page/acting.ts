/** One thing at a time: while the server has not answered, nothing is asked twice, however often somebody clicks. */
import { useRef, useState } from 'preact/hooks'
import { type Answer, postJson } from '../../page/api.ts'

export interface Acting {
  /** The path that is waiting for its answer, or null. */
  pending: string | null
  /** Why the last thing was refused: a code of the server, `other`, or null. */
  refused: string | null
  /** Posts below /desk/api. Gives the data, or null when it was refused or another thing is pending. */
  run(path: string, body?: unknown): Promise<Record<string, unknown> | null>
}

export function useActing(csrf: string, signedOut: () => void): Acting {
  const busy = useRef(false)
  const [pending, setPending] = useState<string | null>(null)
  const [refused, setRefused] = useState<string | null>(null)
  return {
    pending,
    refused,
    async run(path, body = {}) {
      if (busy.current) return null
      busy.current = true
      setPending(path)
      setRefused(null)
      const answer: Answer<Record<string, unknown>> = await postJson(`/desk/api/${path}`, body, csrf)
      busy.current = false
      setPending(null)
      if (answer.ok) return answer.data
      if (answer.status === 401) signedOut()
      else setRefused(answer.code ?? 'other')
      return null
    },
  }
}
