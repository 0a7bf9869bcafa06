/** Who waits, on Redis. One hash tag for all of it, so that a cluster keeps it on one node; `scripts.ts` holds the rules. */
import type { Waiting, WaitingList } from '../seams.ts'
import { type RedisClient, script } from './redis-script.ts'
import { JOIN, LEAVE, LIST, SEEN } from './scripts.ts'

const KEYS = ['places', 'order', 'seen', 'sequence'].map((name) => `rufpass:{waiting}:${name}`)

export function redisWaiting(redis: RedisClient): WaitingList {
  const joinScript = script(redis, JOIN, KEYS.length)
  const leaveScript = script(redis, LEAVE, KEYS.length)
  const seenScript = script(redis, SEEN, KEYS.length)
  const listScript = script(redis, LIST, KEYS.length)

  return {
    async join(callId, queue, at) {
      await joinScript(...KEYS, at.getTime(), callId, queue, at.toISOString())
    },

    async leave(callId) {
      await leaveScript(...KEYS, callId)
    },

    async seen(callId, at) {
      const reply = (await seenScript(...KEYS, at.getTime(), callId)) as [number, number] | null
      return reply && { position: reply[0], length: reply[1] }
    },

    async list(at) {
      return inOrder((await listScript(...KEYS, at.getTime())) as string)
    },
  }
}

/** The sequence has a fixed width, so that its text sorts as its number does. */
function inOrder(text: string): Waiting[] {
  const parts = text === '' ? [] : text.split('\0')
  const places: { sequence: string; waiting: Waiting }[] = []
  for (let n = 0; n < parts.length; n += 4) {
    const [callId = '', queue = '', sequence = '', since = ''] = parts.slice(n, n + 4)
    places.push({ sequence, waiting: { callId, queue, since } })
  }
  return places.sort((a, b) => (a.sequence < b.sequence ? -1 : 1)).map((place) => place.waiting)
}
