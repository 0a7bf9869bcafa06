/** How live calls of tests are sealed. */
import { createSeal, type Sealing } from '../../src/live/sealed-calls.ts'

/** Where no test says otherwise, all that is kept of a call opens. */
export const SEALING: Sealing = {
  seal: createSeal(Buffer.alloc(32, 7)),
  tell(callId) {
    throw new Error(`What was kept of the call ${callId} does not open.`)
  },
}
