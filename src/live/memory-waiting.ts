/** Who waits, in this process's memory. A Map keeps its order of insertion, and that is the order of arrival. */
import type { WaitingList } from '../seams.ts'
import { UNSEEN_MS } from './live.ts'

export function memoryWaiting(): WaitingList {
  const waiting = new Map<string, { queue: string; since: string; seen: number }>()

  function dropUnseen(at: Date): void {
    for (const [callId, place] of waiting) if (at.getTime() - place.seen >= UNSEEN_MS) waiting.delete(callId)
  }

  return {
    async join(callId, queue, at) {
      dropUnseen(at)
      const place = waiting.get(callId)
      if (place?.queue === queue) {
        place.seen = at.getTime()
        return
      }
      waiting.delete(callId)
      waiting.set(callId, { queue, since: at.toISOString(), seen: at.getTime() })
    },

    async leave(callId) {
      waiting.delete(callId)
    },

    async seen(callId, at) {
      dropUnseen(at)
      const place = waiting.get(callId)
      if (!place) return null
      place.seen = at.getTime()
      let position = 0
      let length = 0
      for (const [other, { queue }] of waiting) {
        if (queue !== place.queue) continue
        length += 1
        if (other === callId) position = length
      }
      return { position, length }
    },

    async list(at) {
      dropUnseen(at)
      return [...waiting].map(([callId, { queue, since }]) => ({ callId, queue, since }))
    },
  }
}
