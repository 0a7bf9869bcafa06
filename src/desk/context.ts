import type { CallContext } from '../turn/call-context.ts'

/** Where the desk gets its contexts. `reader` is who asks: every reading of a context is recorded (an event). */
export interface Contexts {
  /** All who wait, first come first. */
  waiting(reader: string): Promise<CallContext[]>
  /** A call that is known, in whatever state; null when it is not. */
  of(callId: string, reader: string): Promise<CallContext | null>
}
