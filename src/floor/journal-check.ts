/**
 * Was the order kept? Replays the journal of the queue and recomputes at every offer who should have been next. PURE. Who
 * waited longer and was not offered is named, with the reason; where there is none, the order was broken.
 */
import type { JournalLine } from '../seams/floor.ts'

/** Why somebody who waited longer was not the one. `none`: the order was broken. */
export type Reason = 'picked' | 'rings_elsewhere' | 'brand' | 'topic' | 'language' | 'none'

export interface Overtaking {
  /** The line of the journal with the offer. */
  line: number
  at: string
  /** Who was offered, who had waited longer, and to which agent. */
  callId: string
  overtaken: string
  agent: string
  reason: Reason
}

export interface JournalReport {
  lines: number
  offers: number
  overtakings: Overtaking[]
  /** Offers of calls that were in no queue: the journal is incomplete. */
  notWaiting: number[]
}

interface Place {
  callId: string
  brand: string
  topic: string | null
  language: string
  place: string
  arrival: number
  offered: boolean
}

interface Offer {
  agent: string
  brands: string[]
  topics: string[]
  languages: string[]
  picked: boolean
}

/** Takes the lines in their order, piece by piece, so that a long journal needs no long memory. */
export function createJournalCheck(): { take(line: JournalLine): void; report(): JournalReport } {
  const waiting = new Map<string, Place>()
  const report: JournalReport = { lines: 0, offers: 0, overtakings: [], notWaiting: [] }

  function offered({ id, at, callId, facts }: JournalLine): void {
    report.offers += 1
    const offer = facts as unknown as Offer
    const chosen = waiting.get(callId)
    if (!chosen) {
      report.notWaiting.push(id)
      return
    }
    for (const other of waiting.values()) {
      if (!isBefore(other, chosen)) continue
      const reason = reasonFor(other, offer)
      report.overtakings.push({ line: id, at, callId, overtaken: other.callId, agent: offer.agent, reason })
    }
    chosen.offered = true
  }

  return {
    take(line) {
      report.lines += 1
      const { id, kind, callId, facts } = line
      switch (kind) {
        case 'joined': {
          const place = facts as unknown as Omit<Place, 'callId'>
          // The phone of a colleague may ring for this caller already, without an offer from the queue.
          waiting.set(callId, { ...place, callId, arrival: id, offered: facts.rings === true })
          return
        }
        case 'left':
          waiting.delete(callId)
          return
        case 'offered':
          return offered(line)
        case 'passed': {
          const place = waiting.get(callId)
          if (place) place.offered = false
        }
      }
    },
    report: () => report,
  }
}

function reasonFor({ brand, topic, language, offered }: Place, offer: Offer): Reason {
  if (offered) return 'rings_elsewhere'
  if (!offer.brands.includes(brand)) return 'brand'
  if (!offer.topics.includes(topic ?? 'general')) return 'topic'
  if (!offer.languages.includes(language)) return 'language'
  return offer.picked ? 'picked' : 'none'
}

function isBefore(one: Place, other: Place): boolean {
  return one.place === other.place ? one.arrival < other.arrival : one.place < other.place
}
