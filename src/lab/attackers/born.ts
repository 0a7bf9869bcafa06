import type { PinOwner } from '../../auth/pin-policy.ts'

/** What somebody knows who knows the birth date. Any date would do of which no spelling is another's. */
export const BORN: PinOwner = { birthDate: '1974-06-23', numbers: [], names: [] }
