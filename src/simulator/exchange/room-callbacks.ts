import { timestamp } from '../engine/parameters.ts'
import type { RoomCallback } from '../engine/rooms.ts'
import { createWebhooks, type WebhookOptions } from '../engine/webhooks.ts'

/** What the network does to a conference callback; they are promised neither once nor in order. */
export const disturbances = ['as_is', 'twice', 'late', 'lost'] as const
export type Disturbance = (typeof disturbances)[number]

export interface CallbackOptions extends Omit<WebhookOptions, 'faults'> {
  accountSid: string
  disturb?: ((callback: RoomCallback) => Disturbance) | undefined
}

/** How late a late one comes: after whatever follows from the callbacks behind it. */
export const LATE_MS = 3000

/** Sends each callback as a request of its own that waits for no other. Resolves when it is done with, in any way. */
export function createRoomCallbacks(options: CallbackOptions): (callback: RoomCallback) => Promise<void> {
  const { clock, accountSid, disturb = () => 'as_is' } = options
  return async (callback) => {
    // When it happened, not when it arrives.
    const told = { ...callback.parameters, AccountSid: accountSid, Timestamp: timestamp(clock.now()) }
    const how = disturb(callback)
    if (how === 'lost') return
    if (how === 'late') await clock.wait(LATE_MS)
    const webhooks = createWebhooks({ ...options, faults: () => (how === 'twice' ? 'twice' : null) }, '')
    await webhooks.notify(callback.url, told, 'status')
  }
}
