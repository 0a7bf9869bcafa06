/**
 * How an operation is asked of Redis: once, and once more where its answer got lost or will be another one soon. Safe,
 * because every operation of `redis-calls.ts` answers a repetition as it answered the first time.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { ReplyError } from 'ioredis'
import { type Deadline, deadlineIn } from '../seams/deadline.ts'
import { ANSWER_MS, DEADLINE_MS, type RedisPatience } from '../seams/patience.ts'
import { within } from '../seams/within.ts'

/**
 * Gives what the operation gives. Rejects a little before the deadline of the webhook that asks, so that it can still answer;
 * without one after both patiences at the latest.
 */
export type Ask = <T>(operation: () => Promise<T>, by?: Deadline, kind?: Kind) => Promise<T>

/** A Redis that takes no calls may still be read, so what was read says nothing of whether an outage is over. */
type Kind = 'read' | 'write'

/** While the connection is being made again, how often we look, ms. */
const PAUSE_MS = 50

/**
 * What a server says that is no master any more: replica after a failover, cut off from its master, or from its replicas
 * (`min-replicas-to-write`). The address may lead to another server by now. Scripts quote it in the middle of an error.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
const NOT_MASTER = /\b(READONLY|MASTERDOWN|NOREPLICAS)\b/
/** And what goes by without us: it is loading, a slot of the cluster moves or has nobody, a script runs long. */
const GOES_BY = /\b(LOADING|CLUSTERDOWN|TRYAGAIN|BUSY)\b/

/**
 * And what may go by or not: no memory left, nothing can be saved to disk. It is waited out as long as an outage is young; then it
 * is final at once, so that nobody waits for what does not come.
 */
const MAY_GO_BY = /\b(OOM|MISCONF)\b/

export const isNotMaster = ({ message }: Error): boolean => NOT_MASTER.test(message)

/** @param longMs after so long, ms, an outage is a long one. */
export function askPatiently({ firstMs, againMs }: RedisPatience, longMs: number = DEADLINE_MS.usual): Ask {
  /** Since when no call has been taken: an outage is waited out by the first callers, and everybody after them waits both patiences at most. */
  let downSince: number | null = null
  const isLong = (): boolean => downSince !== null && performance.now() - downSince >= longMs

  /** Without an answer anything may have happened; an answer is final, unless it speaks of a state that goes by. */
  function mayHelp(error: unknown): boolean {
    if (!(error instanceof ReplyError)) return true
    const refusal = error as Error
    return isNotMaster(refusal) || GOES_BY.test(refusal.message) || (MAY_GO_BY.test(refusal.message) && !isLong())
  }

  async function once<T>(ms: number, operation: () => Promise<T>, kind: Kind): Promise<T> {
    try {
      const answer = await within(ms, operation())
      if (kind === 'write') downSince = null
      return answer
    } catch (error) {
      if (mayHelp(error)) downSince ??= performance.now()
      throw error
    }
  }
  return async (operation, by = deadlineIn(firstMs + againMs + ANSWER_MS), kind = 'write') => {
    const usual = deadlineIn(firstMs + againMs)
    const left = (): number => Math.min(by.left() - ANSWER_MS, isLong() ? usual.left() : Number.POSITIVE_INFINITY)
    try {
      return await once(Math.min(firstMs, left()), operation, kind)
    } catch (error) {
      if (!mayHelp(error)) throw error
    }
    // What cannot be sent, for want of a connection, costs no time: it is tried until there is one.
    for (; ; await wait(PAUSE_MS)) {
      try {
        return await once(Math.max(0, left()), operation, kind)
      } catch (error) {
        if (!mayHelp(error) || left() < PAUSE_MS) throw error
      }
    }
  }
}
