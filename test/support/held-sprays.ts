/** Guesses at many accounts, kept in memory as the store keeps them: for tests of what decides about them. */
import type { BeginsBecause, Spray, SprayStore } from '../../src/seams/sprays.ts'

interface Held extends Spray {
  because: BeginsBecause
  ended: boolean
  restsUntil: number
}

/** @param customers of each brand. */
export function heldSprays(customers = 0) {
  const all: Held[] = []
  const peaks = new Map<string, number>()
  const open = (brand: string | null): Held | undefined => all.find((each) => each.brand === brand && !each.ended)
  const store: SprayStore = {
    current: async (at) => all.filter(({ ended, until }) => !ended && Date.parse(until) > at.getTime()),
    resting: async (at) => all.flatMap(({ brand, restsUntil }) => (restsUntil > at.getTime() ? { brand } : [])),
    async begin({ brand, until }, { actor, because }, at) {
      await store.lapse(at)
      const isOrdered = 'reason' in because
      const on = open(brand)
      if (on && !isOrdered) return false
      const begun = { until: until.toISOString(), actor, isOrdered, because }
      if (on) Object.assign(on, begun)
      else all.push({ brand, since: at.toISOString(), ended: false, restsUntil: 0, ...begun })
      return true
    },
    async prolong(brand, until) {
      const on = open(brand)
      if (on && Date.parse(on.until) < until.getTime()) on.until = until.toISOString()
    },
    async end(brand, { restsUntil }, at) {
      const on = open(brand)
      if (!on || Date.parse(on.until) <= at.getTime()) return false
      Object.assign(on, { ended: true, restsUntil: restsUntil.getTime() })
      return true
    },
    async lapse(at) {
      const over = all.filter(({ ended, until }) => !ended && Date.parse(until) <= at.getTime())
      for (const each of over) each.ended = true
      return over.map(({ brand }) => ({ brand }))
    },
    async notePeak({ brand, day, hour }, failures) {
      const key = `${brand} ${day} ${hour}`
      peaks.set(key, Math.max(peaks.get(key) ?? 0, failures))
    },
    usual: async (brand, { days, hour }) => {
      const known = days.flatMap((day) => peaks.get(`${brand} ${day} ${hour}`) ?? [])
      return { customers, peaks: known }
    },
    prune: async () => {},
  }
  return { store, all, peaks }
}
