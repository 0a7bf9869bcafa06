/** One figure in force, as `rufpass policy` prints it. */
export interface Figure {
  /** Stable, for programs: `lock.hard.after`. */
  name: string
  value: number | string | string[] | null
  /** What it counts: `tries`, `ms`; null where the value says it. */
  unit: string | null
  what: string
}

export const figure = (name: string, value: Figure['value'], unit: string | null, what: string): Figure => {
  return { name, value, unit, what }
}
