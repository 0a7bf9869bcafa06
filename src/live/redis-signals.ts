/**
 * The word that something has changed, on Redis: a connection of its own hears it, for one that listens can do nothing
 * else. https://redis.io/docs/latest/develop/pubsub/
 */
import { EventEmitter } from 'node:events'
import { Cluster, Redis } from 'ioredis'
import type { Signals } from '../seams/calls.ts'
import { within } from '../seams/within.ts'
import type { RedisClient } from './redis-script.ts'

const CHANNEL = 'rufpass:changed'

/** How long after a refusal we ask again to listen, ms. */
const AGAIN_MS = 1_000

/**
 * Those who listen hear their own words too. A word that was said and not heard so long after, ms, tells that the connection
 * leads nowhere any more, which else shows at nothing: a node that is frozen, or a firewall that has forgotten it.
 */
const UNHEARD_MS = 2_500

/**
 * Resolves once it listens. After an outage it listens again by itself; what was said meanwhile is lost. A word that could not
 * be said in `sendMs` is lost too.
 */
export async function redisSignals(redis: RedisClient, sendMs: number): Promise<{ signals: Signals; stop(): void }> {
  const bus = new EventEmitter().setMaxListeners(0)
  // ioredis would listen again by itself, but nobody hears when that fails, as when the connection is lost once more just
  // then: a rejected promise that nobody hears ends the process. A cluster's does hear it.
  const ears: RedisClient = redis instanceof Cluster ? redis.duplicate() : redis.duplicate({ autoResubscribe: false })
  // Outages show at the connection that writes; an error event that nobody hears would be printed.
  ears.on('error', () => {})
  let words = 0
  let unheard: NodeJS.Timeout | null = null
  ears.on('message', () => {
    words += 1
    if (unheard !== null) clearTimeout(unheard)
    unheard = null
    bus.emit('changed')
  })
  const makeAgain = (): void => {
    unheard = null
    if (ears.status === 'ready') ears.disconnect(true)
  }
  // Where the calls are written now, changes are told: after a failover that may be another server. A cluster tells all.
  if (redis instanceof Redis) redis.on('close', () => ears.status === 'ready' && ears.disconnect(true))
  try {
    if (ears.status === 'wait') await ears.connect()
    await ears.subscribe(CHANNEL)
  } catch (error) {
    ears.disconnect()
    throw error
  }
  if (ears instanceof Redis) listenAgain(ears)
  return {
    signals: {
      async send() {
        const before = words
        await within(sendMs, redis.publish(CHANNEL, ''))
        if (words === before) unheard ??= setTimeout(makeAgain, UNHEARD_MS).unref()
      },
      hear(listener) {
        bus.on('changed', listener)
        return () => bus.off('changed', listener)
      },
    },
    stop: () => ears.disconnect(),
  }
}

/** Listens on every connection to come. One that is lost meanwhile has a next one; where we are refused we ask again. */
function listenAgain(ears: Redis): void {
  const listen = async (): Promise<void> => {
    try {
      await ears.subscribe(CHANNEL)
    } catch {
      if (ears.status === 'ready') setTimeout(() => ears.status === 'ready' && void listen(), AGAIN_MS).unref()
    }
  }
  ears.on('ready', () => void listen())
}
