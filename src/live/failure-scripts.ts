/**
 * The Lua scripts of failures, as `limit-scripts.ts` has those of tries by line. A brand has two sorted sets under one hash tag: of tries by
 * their time, and of accounts by the time of their last one, in ms of Redis's own clock. So both counts are read without walking through
 * what is counted.
 */

/** KEYS: tries, accounts. ARGV: token, account, how many ms they are kept. Returns 1; 0 if it was counted before. */
export const NOTE_FAILURE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, key in ipairs(KEYS) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now - ARGV[3]) end
if redis.call('ZADD', KEYS[1], 'NX', now, ARGV[1]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], now, ARGV[2])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[3]) end
return 1
`

/** KEYS: tries, accounts. ARGV: within how many ms. Returns how many of each. */
export const READ_FAILURES = `
local time = redis.call('TIME')
local after = '(' .. (time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[1])
return { redis.call('ZCOUNT', KEYS[1], after, '+inf'), redis.call('ZCOUNT', KEYS[2], after, '+inf') }
`
