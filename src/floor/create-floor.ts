import type { Contexts } from '../context/contexts.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Agents, Sessions } from '../seams/agents.ts'
import type { Attempts } from '../seams/attempts.ts'
import type { CallCodes } from '../seams/call-codes.ts'
import type { CallerLimits } from '../seams/caller-limits.ts'
import type { CallStore, Signals } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { EventLog } from '../seams/events.ts'
import type { DayFigures, FloorStore } from '../seams/floor.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { LetterOrders } from '../seams/letter-orders.ts'
import type { Log } from '../seams/log.ts'
import type { MatterBook } from '../seams/matters.ts'
import type { NoteBook } from '../seams/notes.ts'
import type { SpecialHoursBook } from '../seams/special-hours.ts'
import type { Telephony } from '../seams/telephony.ts'
import { type AsItStands, judged } from '../turn/as-it-stands.ts'
import type { Turns } from '../turn/turns.ts'
import { createAssigning } from './assigning.ts'
import { createDeskSide } from './desk-side.ts'
import { createDeskView } from './desk-view.ts'
import { createFigures } from './figures.ts'
import type { Floor } from './floor.ts'
import { createLeaving } from './leaving.ts'
import { createNetworkSide } from './network-side.ts'
import { createOffering } from './offering.ts'
import { watchOutage } from './outage.ts'
import { createSupervision } from './supervision.ts'
import { createSweep } from './sweep.ts'
import { createHasAgents, createThere } from './there.ts'
import { createToldCodes } from './told-code.ts'
import { createWaitEnds } from './wait-end.ts'
import { createWaitWords } from './wait-words.ts'

export interface FloorParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: FloorStore
  agents: Agents
  sessions: Pick<Sessions, 'signedIn'>
  calls: CallStore
  callCodes: CallCodes
  limits: CallerLimits
  attempts: Pick<Attempts, 'lockState'>
  keys: { subject: Buffer }
  turns: Turns
  asItStands: AsItStands
  contexts: Contexts
  day: DayFigures
  notes: NoteBook
  matters: MatterBook
  letterOrders: LetterOrders
  specialHours: SpecialHoursBook
  calendar: HolidayCalendar
  telephony: Telephony
  events: EventLog
  signals: Signals
  clock: Clock
  log: Log
}

/**
 * The floor over its stores and the network. It has no timer of its own: what opens it calls `sweep` every second or
 * so.
 */
export function createFloor(given: FloorParts): Floor {
  const parts = { ...given, calls: judged(given.calls, given.asItStands) }
  const { hotlines, signals } = parts
  const numberOf = (brand: string): string => {
    const [number] = hotlines.byBrand.get(brand)?.brand.numbers ?? []
    if (number === undefined) throw new Error('this brand has no number any more')
    return number
  }
  const { telephony, outage } = watchOutage(parts.telephony, parts)
  const assigning = createAssigning({ ...parts, telephony, numberOf, leavingOf: createLeaving(parts) })
  const offering = createOffering({ ...parts, assigning, outage })
  const views = createDeskView({
    ...parts,
    outage,
    figures: createFigures(parts),
    supervision: createSupervision(parts),
  })
  // Somebody who began to wait, or is free again, on whatever instance: everybody looks whether that makes a pair. A
  // signal that gets lost is made up for by the sweep.
  const stopHearing = signals.hear(() => {
    isTold = true
    views.forget()
    void offering.offerAll()
  })
  const there = createThere(parts)
  const waitEnds = createWaitEnds({ ...parts, hasAgents: createHasAgents(parts) })
  const lookAfter = createSweep({ ...parts, calls: given.calls, telephony, assigning, offering, outage })
  /** Whether anything was told since the last sweep began, and whether that one found anything to look after. */
  let isTold = true
  let isBusy = true
  return {
    ...createDeskSide({ ...parts, assigning, offering }),
    ...createToldCodes({ ...parts, calls: given.calls, subjectKey: given.keys.subject, assigning }),
    ...createNetworkSide({ ...parts, saved: given.calls, assigning }),
    waitWords: createWaitWords({ ...parts, there, waitKey: waitEnds.waitKey }),
    ...waitEnds,
    view: views.view,
    changes: (listener) => signals.hear(listener),
    async sweep() {
      isTold = false
      isBusy = true
      isBusy = await lookAfter()
    },
    isQuiet: () => !isTold && !isBusy,
    stops: assigning.stops,
    async close() {
      stopHearing()
      await offering.settled()
    },
  }
}
