/**
 * The Lua scripts of the Redis side: each is one operation of `seams/calls.ts`, atomic and one round trip. They are strings,
 * because tsc copies no .lua files. Scripts name every key they touch in KEYS, as Redis Cluster demands.
 */
import { LIFE_MS } from './live.ts'

// ── Calls ───────────────────────────────────────────────────────────────────────────────────────────────────────────
//
// One call is one hash, KEYS[1]: `awaited` (the step token whose webhook comes next), `answered` (the one before it),
// `call` (sealed, which no script can read: `sealed-calls.ts`), `claim` and `lease` (who is at the step, and until when in ms of Redis's own clock), `saved` (the claim
// under which was saved last), `amended` (by which operation, between two steps), `ended` (by which operation).
// A hash without `call` and `ended` has a claim, for only a save or the end removes it.
//
// Each script that comes again, because its answer got lost on the way, changes nothing more than the lease.

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** In CLAIM and SEIZE: the delivery that has the claim asks again, and has its lease from now. */
const again = (claim: string, leaseMs: string): string => `
if claim == ${claim} then
  redis.call('HSET', KEYS[1], 'lease', now + ${leaseMs})
  return {'proceed', call}
end
`

/** ARGV: token, claim, lease in ms, '1' to create. Returns {kind, call, next token}. */
export const CLAIM = `${NOW}
local awaited, answered, call, claim, lease, ended =
  unpack(redis.call('HMGET', KEYS[1], 'awaited', 'answered', 'call', 'claim', 'lease', 'ended'))
if ended then return {'ended'} end
${again('ARGV[2]', 'ARGV[3]')}
local create = ARGV[4] == '1'
if not call and not claim and not create then return {'unknown'} end
-- A call that was never saved has nothing to repeat: a delivery that may create it starts it again once its lease has
-- run out.
if ARGV[1] == awaited or (create and not call) then
  if claim and now < tonumber(lease) then return {'busy'} end
  redis.call('HSET', KEYS[1], 'awaited', ARGV[1], 'claim', ARGV[2], 'lease', now + ARGV[3])
  if not call then redis.call('PEXPIRE', KEYS[1], ${LIFE_MS}) end
  return {'proceed', call}
end
if not call then return {'busy'} end
return {ARGV[1] == answered and 'answered' or 'stale', call, awaited}
`

/** ARGV: claim, lease in ms, '1' to create. Returns as CLAIM does. */
export const SEIZE = `${NOW}
local call, claim, ended = unpack(redis.call('HMGET', KEYS[1], 'call', 'claim', 'ended'))
if ended then return {'ended'} end
${again('ARGV[1]', 'ARGV[2]')}
if not call and not claim and ARGV[3] ~= '1' then return {'unknown'} end
redis.call('HSET', KEYS[1], 'claim', ARGV[1], 'lease', now + ARGV[2])
redis.call('PEXPIRE', KEYS[1], ${LIFE_MS})
return {'proceed', call}
`

/** ARGV: claim, call, next token. Returns 1 if saved, now or by the same save before. */
export const SAVE = `
local claim, awaited, saved = unpack(redis.call('HMGET', KEYS[1], 'claim', 'awaited', 'saved'))
if claim ~= ARGV[1] then return saved == ARGV[1] and awaited == ARGV[3] and 1 or 0 end
redis.call('HSET', KEYS[1], 'call', ARGV[2], 'awaited', ARGV[3], 'saved', ARGV[1])
if awaited then redis.call('HSET', KEYS[1], 'answered', awaited) end
redis.call('HDEL', KEYS[1], 'claim', 'lease')
redis.call('PEXPIRE', KEYS[1], ${LIFE_MS})
return 1
`

/** ARGV: call as it was read, as it is to be, name of this operation. Returns 1 if changed, now or by the same operation before. */
export const AMEND = `
local call, claim, amended, ended = unpack(redis.call('HMGET', KEYS[1], 'call', 'claim', 'amended', 'ended'))
if amended == ARGV[3] then return 1 end
if ended or claim or call ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'call', ARGV[2], 'amended', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ${LIFE_MS})
return 1
`

/** ARGV: name of this operation. Returns {1 for the first end else 0, call}. */
export const END = `
local call, ended = unpack(redis.call('HMGET', KEYS[1], 'call', 'ended'))
if ended then return {ended == ARGV[1] and 1 or 0, call} end
redis.call('HSET', KEYS[1], 'ended', ARGV[1])
redis.call('HDEL', KEYS[1], 'claim', 'lease')
redis.call('PEXPIRE', KEYS[1], ${LIFE_MS})
return {1, call}
`

/** ARGV: call as it was read. That it has ended is not forgotten. */
export const FORGET = `
local call, ended = unpack(redis.call('HMGET', KEYS[1], 'call', 'ended'))
if not ended and call == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`
