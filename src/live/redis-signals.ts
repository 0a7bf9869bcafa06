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

/**
 * Resolves once it listens. After an outage ioredis listens again by itself; what was said meanwhile is lost. A word that
 * could not be said in `sendMs` is lost too.
 */
export async function redisSignals(redis: RedisClient, sendMs: number): Promise<{ signals: Signals; stop(): void }> {
  const bus = new EventEmitter().setMaxListeners(0)
  const ears: RedisClient = redis instanceof Cluster ? redis.duplicate() : redis.duplicate()
  // Outages show at the connection that writes; an error event that nobody hears would be printed.
  ears.on('error', () => {})
  ears.on('message', () => bus.emit('changed'))
  // Where the calls are written now, changes are told: after a failover that may be another server. A cluster tells all.
  if (redis instanceof Redis) redis.on('close', () => ears.status === 'ready' && ears.disconnect(true))
  try {
    if (ears.status === 'wait') await ears.connect()
    await ears.subscribe(CHANNEL)
  } catch (error) {
    ears.disconnect()
    throw error
  }
  return {
    signals: {
      async send() {
        await within(sendMs, redis.publish(CHANNEL, ''))
      },
      hear(listener) {
        bus.on('changed', listener)
        return () => bus.off('changed', listener)
      },
    },
    stop: () => ears.disconnect(),
  }
}
