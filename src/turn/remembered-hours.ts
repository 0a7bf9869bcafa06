import type { Clock } from '../seams/clock.ts'
import type { SpecialHoursStore } from '../seams/special-hours.ts'
import { remembered } from './remembered.ts'
import { dayBefore } from './special-hours.ts'

/** The same special hours, read once for many calls. What is set or cleared through it holds at once. */
export function rememberSpecialHours(store: SpecialHoursStore, clock: Clock): SpecialHoursStore {
  const held = remembered((now) => store.from(dayBefore(now)), clock)
  return {
    async from(day) {
      return (await held.get()).filter((each) => each.day >= day)
    },
    async set(hours, actor, at) {
      await store.set(hours, actor, at)
      held.forget()
    },
    async clear(day, actor, at) {
      await store.clear(day, actor, at)
      held.forget()
    },
  }
}
