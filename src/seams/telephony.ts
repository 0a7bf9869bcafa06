/** The telephone network. */

/** `gone`: the call is over. Anything else that goes wrong is thrown. */
export type Reached = 'done' | 'gone'

/** What we ask of the network. Its own callbacks tell what came of it. */
export interface Telephony {
  /** Rings an agent. `refused`: not this phone, now or later. Anything else that goes wrong is not the phone's. */
  ring(leg: { to: string; from: string; assignment: string; seconds: number }): Promise<{ legId: string } | 'refused'>
  /** The caller's call gets the document of a move. */
  move(callId: string, assignment: string, move: { kind: 'join' | 'check' | 'queue'; nonce: string }): Promise<Reached>
  hangUp(legId: string): Promise<Reached>
  hold(conference: string, legId: string, on: boolean): Promise<Reached>
  /** Everyone falls out, and goes on with what his document says. */
  endRoom(conference: string): Promise<Reached>
}
