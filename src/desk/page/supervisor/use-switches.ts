/** What is switched on, read at the server and set there: what is shown is what the server says, never what was typed. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Switches } from '../../../floor/switches-view.ts'
import { type FieldFault, getJson, postJson } from '../../../page/api.ts'

/** How old what others have set may be. */
const AGAIN_MS = 20_000
/** Longer than a hundred thousand customers take to be marked. */
const PATIENCE_MS = 60_000

/** The server's word for it, or the network's; with what is wrong in which fields. */
export interface Refusal {
  code: string | null
  faults: FieldFault[]
}

export interface SwitchesState {
  /** Null until it was read for the first time. */
  switches: Switches | null
  /** Whether something is under way. */
  pending: boolean
  /** Why the last thing was refused; null: it was not. */
  refused: Refusal | null
  forgive(): void
  /** Posts below /desk/api. Gives the answer, or null when it was refused or another thing is under way. */
  run<T = Record<string, unknown>>(path: string, body: unknown): Promise<T | null>
}

export function useSwitches(csrf: string, signedOut: () => void): SwitchesState {
  const [switches, setSwitches] = useState<Switches | null>(null)
  const [pending, setPending] = useState(false)
  const [refused, setRefused] = useState<Refusal | null>(null)
  const busy = useRef(false)
  const read = async (): Promise<void> => {
    const answer = await getJson<Switches>('desk/api/switches')
    if (answer.ok) setSwitches(answer.data)
  }
  useEffect(() => {
    void read()
    const timer = setInterval(() => void read(), AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return {
    switches,
    pending,
    refused,
    forgive: () => setRefused(null),
    async run<T>(path: string, body: unknown) {
      if (busy.current) return null
      busy.current = true
      setPending(true)
      setRefused(null)
      const answer = await postJson<T>(`desk/api/${path}`, body, csrf, PATIENCE_MS)
      if (answer.ok) await read()
      busy.current = false
      setPending(false)
      if (answer.ok) return answer.data
      if (answer.status === 401) signedOut()
      else setRefused({ code: answer.code, faults: answer.faults })
      return null
    },
  }
}
