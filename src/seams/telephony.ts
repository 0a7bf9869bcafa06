/** The telephone network. */
import type { Redirect } from './floor.ts'

/** `gone`: this very call is over. Anything else that goes wrong is thrown. */
export type Reached = 'done' | 'gone'

/** `not_there`: no such room, or nobody of this call in it. Whether the call is over is not told by that. */
export type InRoom = 'done' | 'not_there'

/** What we ask of the network. Its own callbacks tell what came of it. */
export interface Telephony {
  /** Rings an agent. `refused`: not this phone, now or later. Anything else that goes wrong is not the phone's. */
  ring(leg: { to: string; from: string; assignment: string; seconds: number }): Promise<{ legId: string } | 'refused'>
  /** The caller's call gets the document of a redirect. */
  redirect(callId: string, assignment: string, redirect: Pick<Redirect, 'kind' | 'nonce'>): Promise<Reached>
  /** Whether this very call is still on: asked where nothing of ours knows it any more. */
  isOn(callId: string): Promise<boolean>
  hangUp(legId: string): Promise<Reached>
  hold(conference: string, legId: string, on: boolean): Promise<InRoom>
  /** Everyone falls out, and goes on with what their document says. */
  endRoom(conference: string): Promise<InRoom>
}
