/** Asks the server that has an embedded store how it is. */
import { z } from 'zod'
import { beginningOf } from './beginning-of.ts'

/** `failed`: a code of Node, or the status. */
export type RunningServer = { url: string } & (
  | { kind: 'answers'; isDraining: boolean; canUseStore: boolean }
  | { kind: 'silent'; failed: string }
)

/** As `/health/ready` says it (`server/health.ts`). */
const readiness = z.object({
  draining: z.boolean(),
  stores: z.record(z.string(), z.enum(['ok', 'down'])),
})
/** It gives each of its stores a second. */
const PATIENCE_MS = 5_000

/** @param url where it can be reached from this machine. Never rejects. */
export async function askRunning(url: string): Promise<RunningServer> {
  try {
    const answer = await fetch(`${url}/health/ready`, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
    const read = readiness.safeParse(jsonOf(await beginningOf(answer.body ?? [])))
    if (!read.success) return { url, kind: 'silent', failed: `HTTP ${answer.status}` }
    const { draining: isDraining, stores } = read.data
    return { url, kind: 'answers', isDraining, canUseStore: stores.database === 'ok' }
  } catch (error) {
    return { url, kind: 'silent', failed: failureOf(error) }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What fetch says of why is one error deeper. https://nodejs.org/api/globals.html#fetch */
export function failureOf(error: unknown): string {
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: { code?: unknown } }
  if (name === 'TimeoutError') return 'no answer'
  return String(cause?.code ?? name ?? 'reason unknown')
}
