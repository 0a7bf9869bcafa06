/** When each of many things happened last, ms, in that order: so the front of it is what is forgotten first. For counters in this process's memory. */
export type Times = Map<string, number>

/** Forgets all up to this time. Returns which. */
export function forget(times: Times, until: number): string[] {
  const forgotten: string[] = []
  for (const [name, at] of times) {
    if (at > until) break
    times.delete(name)
    forgotten.push(name)
  }
  return forgotten
}

export function setLast(times: Times, name: string, at: number): void {
  times.delete(name)
  times.set(name, at)
}

export function countAfter(times: Times, after: number): number {
  let count = 0
  for (const at of times.values()) if (at > after) count++
  return count
}
