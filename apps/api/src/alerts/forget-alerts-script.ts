/**
 * Forgets the alerts and histories of drivers who were removed, unless they were heard of since. A number without an entry in
 * the log makes every instance read the alerts anew, and so every page. All keys share a hash tag, so it runs on one node of a
 * cluster.
 *
 * KEYS: open alerts, histories, drivers by when they were heard of, ended alerts, last id, log, open
 * alerts by who reported them.
 * ARGV: of each driver the ID, and when the driver was removed in epoch milliseconds.
 *
 * Returns 1 when there was something that pages show, otherwise 0.
 */
export const FORGET_ALERTS_LUA = `
local forgotten = {}
local shown = false
for i = 1, #ARGV, 2 do
  local driver = ARGV[i]
  local heard = redis.call('ZSCORE', KEYS[3], driver)
  if not heard or tonumber(heard) <= tonumber(ARGV[i + 1]) then
    forgotten[driver] = true
    local open = redis.call('HGET', KEYS[1], driver)
    if open then
      redis.call('HDEL', KEYS[1], driver)
      local reporter = cjson.decode(open).reporterId or ''
      if reporter ~= '' and redis.call('HINCRBY', KEYS[7], reporter, -1) <= 0 then
        redis.call('HDEL', KEYS[7], reporter)
      end
      shown = true
    end
    redis.call('HDEL', KEYS[2], driver)
    redis.call('ZREM', KEYS[3], driver)
  end
end
for _, alert in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
  if forgotten[cjson.decode(alert).driverID] then
    redis.call('LREM', KEYS[4], 1, alert)
    shown = true
  end
end
if not shown then
  return 0
end
redis.call('INCR', KEYS[5])
redis.call('XTRIM', KEYS[6], 'MAXLEN', 0)
return 1
`;
