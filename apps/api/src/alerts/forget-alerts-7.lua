--[[
  Forgets the alerts and histories of drivers who were removed, unless something was heard of them since.

  If pages showed any of it, the script uses up a change number without an entry in the log. Every instance of the API
  then misses a change and reads the alerts anew, and so does every page. All keys share a hash tag, so the script runs on
  one node of a cluster.

  Input:
    KEYS[1] hash of the open alerts, by driver
    KEYS[2] hash of the histories, by driver
    KEYS[3] sorted set of the drivers, by when they were last heard of
    KEYS[4] list of the ended alerts
    KEYS[5] number of the last change
    KEYS[6] stream of the last changes, the log
    KEYS[7] hash of how many alerts are open, by who reported them

    ARGV[1], ARGV[2] and all pairs that follow: a driver, and when the driver was removed, in milliseconds since the epoch

  Output:
    0 - pages showed nothing of these drivers
    1 - pages showed something that is gone now
]]
local openAlertsKey = KEYS[1]
local historiesKey = KEYS[2]
local heardKey = KEYS[3]
local endedAlertsKey = KEYS[4]
local lastIdKey = KEYS[5]
local logKey = KEYS[6]
local reportersKey = KEYS[7]

local forgotten = {}
local isShown = false
for i = 1, #ARGV, 2 do
  local driver = ARGV[i]
  local removedAtMs = tonumber(ARGV[i + 1])
  local heardAtMs = redis.call('ZSCORE', heardKey, driver)
  if not heardAtMs or tonumber(heardAtMs) <= removedAtMs then
    forgotten[driver] = true
    local open = redis.call('HGET', openAlertsKey, driver)
    if open then
      redis.call('HDEL', openAlertsKey, driver)
      local reporter = cjson.decode(open).reporterId or ''
      if reporter ~= '' and redis.call('HINCRBY', reportersKey, reporter, -1) <= 0 then
        redis.call('HDEL', reportersKey, reporter)
      end
      isShown = true
    end
    redis.call('HDEL', historiesKey, driver)
    redis.call('ZREM', heardKey, driver)
  end
end

for _, alert in ipairs(redis.call('LRANGE', endedAlertsKey, 0, -1)) do
  if forgotten[cjson.decode(alert).driverID] then
    redis.call('LREM', endedAlertsKey, 1, alert)
    isShown = true
  end
end

if not isShown then
  return 0
end
redis.call('INCR', lastIdKey)
redis.call('XTRIM', logKey, 'MAXLEN', 0)
return 1
