import type { PinOwner } from '../../auth/pin-policy.ts'

/** What somebody knows who knows the birth date. Any date would do that shares no spelling with another. */
export const BORN: PinOwner = { birthDate: '1974-06-23', numbers: [], names: [] }
