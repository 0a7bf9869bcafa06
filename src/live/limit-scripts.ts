/**
 * The Lua scripts of tries by line, as `scripts.ts` has those of calls. One layer is one sorted set: a member for each try, `token account`,
 * by its time in ms of Redis's own clock. The keys of a try share a hash tag, so that a cluster has them on one node.
 */

/**
 * KEYS: the layers. ARGV: token, account; for each layer then the most failures, within how many ms, the most accounts, within how many ms.
 * Returns 0 if it is spent, now or by the same try before, else the number of the layer that is full, from 1.
 */
export const SPEND = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local member = ARGV[1] .. ' ' .. ARGV[2]
if redis.call('ZSCORE', KEYS[1], member) then return 0 end
for i, key in ipairs(KEYS) do
  local failures, failuresMs, accounts, accountsMs = unpack(ARGV, 4 * i - 1, 4 * i + 2)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - math.max(failuresMs, accountsMs))
  if redis.call('ZCOUNT', key, '(' .. (now - failuresMs), '+inf') >= tonumber(failures) then return i end
  local tried, count = {}, 0
  for _, each in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. (now - accountsMs), '+inf')) do
    local account = string.match(each, ' (.*)$')
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
for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1] .. ' ' .. ARGV[2]) end
return 1
`
