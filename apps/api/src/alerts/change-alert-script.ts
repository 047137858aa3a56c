/**
 * Writes what was decided about a driver, if the driver's state is still the one that it was decided upon, and numbers
 * and logs the changes in the same step, in which the news that led to them go. All keys share a hash tag, so it runs on
 * one node of a cluster.
 *
 * KEYS: open alerts, histories, drivers by when they were heard of, ended alerts, last id, log, drivers with news, the
 * driver's news, open alerts by who reported them.
 * ARGV: driver, open alert and history as they were read, then as they are to be (empty: none), how many news were decided
 * on and the first of them (empty: none), how many alerts have ended, now in epoch milliseconds, histories, ended alerts
 * and changes kept, who reported the alert that was open and the one that is to be (empty: none, or not known), how many
 * may be open in all and of one reporter, the alerts that have ended (oldest first), the changes.
 *
 * Returns 1, 0 when the driver's state or news are others by now, or 2 when one more alert would be too many.
 */
export const CHANGE_ALERT_LUA = `
local driver = ARGV[1]
local open = redis.call('HGET', KEYS[1], driver) or ''
local history = redis.call('HGET', KEYS[2], driver) or ''
if open ~= ARGV[2] or history ~= ARGV[3] then
  return 0
end
local decided = tonumber(ARGV[6])
if decided > 0 and redis.call('LINDEX', KEYS[8], 0) ~= ARGV[7] then
  return 0
end
local before = ARGV[13]
local after = ARGV[14]
if ARGV[2] == '' and ARGV[4] ~= '' then
  local ofReporter = after ~= '' and tonumber(redis.call('HGET', KEYS[9], after) or 0) or 0
  if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[15]) or ofReporter >= tonumber(ARGV[16]) then
    return 2
  end
end
if before ~= after then
  if before ~= '' and redis.call('HINCRBY', KEYS[9], before, -1) <= 0 then
    redis.call('HDEL', KEYS[9], before)
  end
  if after ~= '' then
    redis.call('HINCRBY', KEYS[9], after, 1)
  end
end
if decided > 0 then
  redis.call('LTRIM', KEYS[8], decided, -1)
  if redis.call('EXISTS', KEYS[8]) == 0 then
    redis.call('ZREM', KEYS[7], driver)
  end
end
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[1], driver)
else
  redis.call('HSET', KEYS[1], driver, ARGV[4])
end
redis.call('HSET', KEYS[2], driver, ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[9], driver)
while redis.call('ZCARD', KEYS[3]) > tonumber(ARGV[10]) do
  redis.call('HDEL', KEYS[2], redis.call('ZPOPMIN', KEYS[3])[1])
end
local ended = tonumber(ARGV[8])
for i = 17, 16 + ended do
  redis.call('LPUSH', KEYS[4], ARGV[i])
  redis.call('LTRIM', KEYS[4], 0, tonumber(ARGV[11]) - 1)
end
for i = 17 + ended, #ARGV do
  local id = redis.call('INCR', KEYS[5])
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[12], string.format('%.0f', id) .. '-0', 'change', ARGV[i])
end
return 1
`;
