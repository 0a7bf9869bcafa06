import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Lets this process have the cores only while nobody else wants them: a server on the same machine answers callers meanwhile. Linux gives
 * every thread a priority of its own, and the threads that hash are there already. Where that is not allowed the work is done as ever.
 */
export function standBack(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
    for (const thread of readdirSync('/proc/self/task'))
      setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {}
}
