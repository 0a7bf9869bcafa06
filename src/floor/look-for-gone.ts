/**
 * Who has gone without a word: agents whose pages are not heard any more, and callers who do not fetch their next piece of
 * waiting. Of these the network is asked: who is gone leaves the queue at the first answer, and a call that is on keeps its
 * place, however late the next fetch. After a start it is asked about all who were not heard since.
 */
import type { Clock } from '../seams/clock.ts'
import type { FloorStore } from '../seams/floor.ts'
import type { Log } from '../seams/log.ts'
import type { Telephony } from '../seams/telephony.ts'
import type { Assigning } from './assigning.ts'
import type { Outage } from './outage.ts'

/** How often it is looked, ms. */
const LOOK_EVERY_MS = 5_000
/** A piece of waiting is words and at most two minutes of music: who fetches none for so long may be gone, ms. */
const QUIET_MS = 150_000
/** So many are asked about in one look, at the same time: what Twilio's API bears beside our other requests. */
const ASKED_AT_ONCE = 20

export function createLookForGone(parts: {
  store: Pick<FloorStore, 'lapse' | 'unheard' | 'vouchFor'>
  telephony: Pick<Telephony, 'isOn'>
  assigning: Pick<Assigning, 'callerGone' | 'changed'>
  outage: Pick<Outage, 'isResting'>
  clock: Clock
  log: Pick<Log, 'error'>
}): () => Promise<void> {
  const { store, telephony, assigning, outage, clock, log } = parts
  const started = clock.now().getTime()
  let looked = Number.NEGATIVE_INFINITY
  /** About these nothing could be learned: all others are asked about first, or twenty such would hide everybody else. */
  const unlearned = new Set<string>()

  /** Not out of a talk: who talks goes on with it, and is offered nobody after it. */
  async function agents(): Promise<void> {
    if ((await store.lapse(clock.now())).length > 0) await assigning.changed()
  }

  async function callers(): Promise<void> {
    if (outage.isResting()) return
    const now = clock.now()
    const since = new Date(Math.max(started, now.getTime() - QUIET_MS))
    const asked = await store.unheard(since, ASKED_AT_ONCE, [...unlearned])
    if (asked.every((callId) => unlearned.has(callId))) unlearned.clear()
    const on = (await Promise.all(asked.map(isOn))).flatMap((call) => call ?? [])
    if (on.length > 0) await store.vouchFor(on, now)
  }

  /** The call, if it is on. Of one that nothing can be learned of nothing is changed; it is asked about again. */
  async function isOn(callId: string): Promise<string | null> {
    try {
      if (await telephony.isOn(callId)) return callId
      await assigning.callerGone(callId)
    } catch (err) {
      unlearned.add(callId)
      log.error({ callId, err }, 'whether a waiting caller is still there could not be learned')
    }
    return null
  }

  return async () => {
    const now = clock.now().getTime()
    if (Math.abs(now - looked) < LOOK_EVERY_MS) return
    looked = now
    await agents()
    await callers()
  }
}
