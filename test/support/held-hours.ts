import type { SpecialHours, SpecialHoursStore } from '../../src/seams/special-hours.ts'

/** Special hours in memory, with who changed them. */
export function heldHours(): { store: SpecialHoursStore; held: SpecialHours[]; actors: string[] } {
  const held: SpecialHours[] = []
  const actors: string[] = []
  const drop = (brand: string, day: string): void => {
    const index = held.findIndex((each) => each.brand === brand && each.day === day)
    if (index >= 0) held.splice(index, 1)
  }
  return {
    held,
    actors,
    store: {
      from: async (day) => held.filter((each) => each.day >= day),
      async set(hours, actor, at) {
        drop(hours.brand, hours.day)
        held.push({ ...hours, since: at.toISOString() })
        actors.push(actor)
      },
      async clear({ brand, day }, actor) {
        drop(brand, day)
        actors.push(actor)
      },
    },
  }
}
