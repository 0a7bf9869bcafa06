/** Beginnings of paths of tests. */
export const FAST: readonly string[]
export const REST: readonly string[]
export const COUNTED: readonly string[]
/** CPU seconds. */
export const LIMITS: Readonly<Record<'fast' | 'ordinary', number>>
