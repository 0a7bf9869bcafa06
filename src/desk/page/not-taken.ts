/** Tells for a while that the colleague whose phone rang has not taken the call; not where the agent fetched it back. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AssignmentView } from '../../floor/view.ts'

/** As long as a refusal. */
const TOLD_MS = 10_000

/** `name`: of the colleague. `expect`: it stops ringing by the agent's own doing. */
export function useNotTaken(assignment: AssignmentView | null): { name: string | null; expect(): void } {
  const rang = useRef<string | null>(null)
  const [name, setName] = useState<string | null>(null)
  const to = assignment?.passing?.joined === false ? assignment.passing.to : null
  const isJoined = assignment?.passing?.joined === true
  const isTalking = assignment?.state === 'talking'
  useEffect(() => {
    if (to === null && isTalking && !isJoined) setName(rang.current)
    if (to !== null) setName(null)
    rang.current = to
  }, [to, isTalking])
  useEffect(() => {
    const timer = setTimeout(() => setName(null), TOLD_MS)
    return () => clearTimeout(timer)
  }, [name])
  return {
    name,
    expect() {
      rang.current = null
    },
  }
}
