--[[
  Erases a driver from everything that is kept about alerts, or counts what there is.

  When pages showed any of it, the script takes a number and leaves no entry for it in the log, as forget-alerts-7.lua of
  the API does. Every instance of the API then misses a change and reads the alerts anew, and so does every page. The
  whole log is deleted, since it names drivers. All keys share a hash tag, so the script runs on one node of a cluster.

  Input:
    KEYS[1] hash of the open alerts, by driver
    KEYS[2] hash of the histories, by driver
    KEYS[3] sorted set of the drivers, by when they were last heard of
    KEYS[4] list of the ended alerts
    KEYS[5] number of the last change
    KEYS[6] stream of the last changes, the log
    KEYS[7] hash of how many alerts are open, by reporter
    KEYS[8] sorted set of the drivers with news, by when the oldest was noted
    KEYS[9] list of the driver's news

    ARGV[1] driver
    ARGV[2] 1 to count only and change nothing, otherwise 0

  Output:
    in how many places there was something about the driver
]]
local openAlertsKey = KEYS[1]
local historiesKey = KEYS[2]
local heardKey = KEYS[3]
local endedAlertsKey = KEYS[4]
local lastIdKey = KEYS[5]
local logKey = KEYS[6]
local reportersKey = KEYS[7]
local newsDriversKey = KEYS[8]
local newsKey = KEYS[9]
local driver = ARGV[1]
local isDryRun = ARGV[2] == '1'

local hidden = redis.call('HEXISTS', historiesKey, driver) + redis.call('EXISTS', newsKey)
local shown = 0
local open = redis.call('HGET', openAlertsKey, driver)
if open then
  shown = shown + 1
end
local ended = {}
for _, alert in ipairs(redis.call('LRANGE', endedAlertsKey, 0, -1)) do
  if cjson.decode(alert).driverID == driver then
    table.insert(ended, alert)
  end
end
shown = shown + #ended
for _, entry in ipairs(redis.call('XRANGE', logKey, '-', '+')) do
  local change = entry[2][2]
  if cjson.decode(change).driverID == driver then
    shown = shown + 1
  end
end
if isDryRun then
  return hidden + shown
end

if open then
  redis.call('HDEL', openAlertsKey, driver)
  local reporter = cjson.decode(open).reporterId or ''
  if reporter ~= '' and redis.call('HINCRBY', reportersKey, reporter, -1) <= 0 then
    redis.call('HDEL', reportersKey, reporter)
  end
end
redis.call('HDEL', historiesKey, driver)
redis.call('ZREM', heardKey, driver)
redis.call('ZREM', newsDriversKey, driver)
redis.call('DEL', newsKey)
for _, alert in ipairs(ended) do
  redis.call('LREM', endedAlertsKey, 1, alert)
end
if shown > 0 then
  redis.call('INCR', lastIdKey)
  redis.call('XTRIM', logKey, 'MAXLEN', 0)
end
return hidden + shown
