/** What rests after customers have changed their secret themselves: a thief of it, or of a log-in, is not to turn it into more at once. PURE. */

/**
 * Hours from a change by the customer. During them the dangerous actions of the brand rest, what was changed by phone can be undone, and it is changed by phone no
 * second time. As long as a new SIM rests (decision C): the owner is told at once, and has a weekend to see it.
 */
export const PIN_REST_HOURS = 72

/** Ways of a change that only a log-in or the PIN itself has vouched for. A letter, the operator's file and an order come by another way. */
export const waysThatRest = ['portal', 'phone', 'undo'] as const

/** Until when actions rest. @param changed the last change in one of these ways; null: there was none. */
export function restUntil(changed: Date | null, now: Date): Date | null {
  if (changed === null) return null
  const until = new Date(changed.getTime() + PIN_REST_HOURS * 3_600_000)
  return until > now ? until : null
}
