/**
 * The Lua scripts of tries by line, as `scripts.ts` has those of calls. One layer is one sorted set: a member for each try, of its account and its token,
 * by its time in ms of Redis's own clock. The keys of a try share a hash tag, so that a cluster has them on one node.
 */

/** Of a token (ARGV[1]) and an account (ARGV[2]), whatever stands in them: the account is as long as is said before it. */
const MEMBER = "local member = #ARGV[2] .. ' ' .. ARGV[2] .. ' ' .. ARGV[1]"

/**
 * KEYS: the layers. ARGV: token, account; for each layer then the most failures, within how many ms, the most accounts, within how many ms.
 * Returns 0 if it is spent, now or by the same try before, else the number of the layer that is full, from 1.
 */
export const SPEND = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
${MEMBER}
if redis.call('ZSCORE', KEYS[1], member) then return 0 end
for i, key in ipairs(KEYS) do
  local failures, failuresMs, accounts, accountsMs = unpack(ARGV, 4 * i - 1, 4 * i + 2)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - math.max(failuresMs, accountsMs))
  if redis.call('ZCOUNT', key, '(' .. (now - failuresMs), '+inf') >= tonumber(failures) then return i end
  local tried, count = {}, 0
  for _, each in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. (now - accountsMs), '+inf')) do
    local length, rest = string.match(each, '^(%d+) (.*)$')
    local account = string.sub(rest, 1, length)
    if not tried[account] then
      tried[account] = true
      count = count + 1
    end
  end
  if count >= tonumber(accounts) and not tried[ARGV[2]] then return i end
end
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, member)
  redis.call('PEXPIRE', key, math.max(ARGV[4 * i], ARGV[4 * i + 2]))
end
return 0
`

/** KEYS: the layers. ARGV: token, account. */
export const GIVE_BACK = `
${MEMBER}
for _, key in ipairs(KEYS) do redis.call('ZREM', key, member) end
return 1
`

/**
 * KEYS: the lines that have proved a customer, by when they last did; the tries of strangers, and those of such lines; the customers that were proved, by when they last
 * were. ARGV: token, line, how long a line is known (ms); for strangers and for known lines each the least, how many for each customer that was proved, within how many ms.
 * Returns 1 if it is spent, now or by the same try before, 0 where there is nothing left.
 */
export const SPEND_OF_ALL = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('ZSCORE', KEYS[2], ARGV[1]) or redis.call('ZSCORE', KEYS[3], ARGV[1]) then return 1 end
local proved = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[2]) or 0)
local pool, first = KEYS[2], 4
if proved > now - ARGV[3] then pool, first = KEYS[3], 7 end
local least, each, withinMs = unpack(ARGV, first, first + 2)
redis.call('ZREMRANGEBYSCORE', pool, '-inf', now - withinMs)
local most = math.max(least, math.floor(redis.call('ZCOUNT', KEYS[4], '(' .. (now - withinMs), '+inf') * each))
if redis.call('ZCARD', pool) >= most then return 0 end
redis.call('ZADD', pool, now, ARGV[1])
redis.call('PEXPIRE', pool, withinMs)
return 1
`

/**
 * KEYS: those of SPEND_OF_ALL, the lines of the customer that was proved, then the layers. ARGV: token, account, line, how long a line is known (ms), the customer (empty: nobody
 * was proved), how many lines of one are known.
 */
export const GIVE_BACK_OF_ALL = `
${MEMBER}
for i = 6, #KEYS do redis.call('ZREM', KEYS[i], member) end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if ARGV[5] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  for _, key in ipairs({ KEYS[1], KEYS[4], KEYS[5] }) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now - ARGV[4]) end
  redis.call('ZADD', KEYS[4], now, ARGV[5])
  if redis.call('ZSCORE', KEYS[5], ARGV[3]) or redis.call('ZCARD', KEYS[5]) < tonumber(ARGV[6]) then
    redis.call('ZADD', KEYS[5], now, ARGV[3])
    redis.call('ZADD', KEYS[1], now, ARGV[3])
  end
  for _, key in ipairs({ KEYS[1], KEYS[4], KEYS[5] }) do redis.call('PEXPIRE', key, ARGV[4]) end
end
return 1
`
