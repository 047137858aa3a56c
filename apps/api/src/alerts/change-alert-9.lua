--[[
  Writes what was decided about a driver, if the state that the decision was based on has not changed.

  Several instances of the API may decide about the same driver at once. The first of them writes; the others are told
  that the driver's state has changed, and decide again. The same step numbers and logs the changes, and removes the news
  that led to them, so that each news item is decided on once. All keys share a hash tag, so the script runs on one node
  of a cluster.

  Input:
    KEYS[1] hash of the open alerts, by driver
    KEYS[2] hash of the histories, by driver
    KEYS[3] sorted set of the drivers, by when they were last heard of
    KEYS[4] list of the ended alerts, newest first
    KEYS[5] number of the last change
    KEYS[6] stream of the last changes, the log
    KEYS[7] sorted set of the drivers with news, by when the oldest was noted
    KEYS[8] list of the driver's news, oldest first
    KEYS[9] hash of how many alerts are open, by who reported them

    ARGV[1] driver
    ARGV[2] the driver's open alert as it was read, empty for none
    ARGV[3] the driver's history as it was read, empty for none
    ARGV[4] the new open alert, empty for none
    ARGV[5] the new history
    ARGV[6] how many news items were decided on
    ARGV[7] the first of those items, empty for none
    ARGV[8] how many alerts have ended
    ARGV[9] now, in milliseconds since the epoch
    ARGV[10] how many histories are kept
    ARGV[11] how many ended alerts are kept
    ARGV[12] how many changes are kept in the log, about
    ARGV[13] who reported the alert that was open, empty for none or not known
    ARGV[14] who reported the new open alert, empty for none or not known
    ARGV[15] how many alerts may be open in all
    ARGV[16] how many alerts of one reporter may be open
    ARGV[17] and all that follow: the alerts that have ended, oldest first, followed by the changes

  Output:
    0 - nothing was written: the driver's state or news has changed
    1 - the decision is written
    2 - nothing was written: one more open alert would be too many
]]
local openAlertsKey = KEYS[1]
local historiesKey = KEYS[2]
local heardKey = KEYS[3]
local endedAlertsKey = KEYS[4]
local lastIdKey = KEYS[5]
local logKey = KEYS[6]
local newsDriversKey = KEYS[7]
local newsKey = KEYS[8]
local reportersKey = KEYS[9]
local driver = ARGV[1]
local openAsRead = ARGV[2]
local historyAsRead = ARGV[3]
local newOpen = ARGV[4]
local newHistory = ARGV[5]
local newsCount = tonumber(ARGV[6])
local firstNews = ARGV[7]
local endedCount = tonumber(ARGV[8])
local nowMs = ARGV[9]
local maxHistories = tonumber(ARGV[10])
local maxEndedAlerts = tonumber(ARGV[11])
local maxChanges = ARGV[12]
local oldReporter = ARGV[13]
local newReporter = ARGV[14]
local maxOpen = tonumber(ARGV[15])
local maxOpenOfReporter = tonumber(ARGV[16])
local FIRST_ENDED = 17
local firstChange = FIRST_ENDED + endedCount

local open = redis.call('HGET', openAlertsKey, driver) or ''
local history = redis.call('HGET', historiesKey, driver) or ''
if open ~= openAsRead or history ~= historyAsRead then
  return 0
end
if newsCount > 0 and redis.call('LINDEX', newsKey, 0) ~= firstNews then
  return 0
end

if openAsRead == '' and newOpen ~= '' then
  local ofReporter = newReporter ~= '' and tonumber(redis.call('HGET', reportersKey, newReporter) or 0) or 0
  if redis.call('HLEN', openAlertsKey) >= maxOpen or ofReporter >= maxOpenOfReporter then
    return 2
  end
end
if oldReporter ~= newReporter then
  if oldReporter ~= '' and redis.call('HINCRBY', reportersKey, oldReporter, -1) <= 0 then
    redis.call('HDEL', reportersKey, oldReporter)
  end
  if newReporter ~= '' then
    redis.call('HINCRBY', reportersKey, newReporter, 1)
  end
end

if newsCount > 0 then
  redis.call('LTRIM', newsKey, newsCount, -1)
  if redis.call('EXISTS', newsKey) == 0 then
    redis.call('ZREM', newsDriversKey, driver)
  end
end

if newOpen == '' then
  redis.call('HDEL', openAlertsKey, driver)
else
  redis.call('HSET', openAlertsKey, driver, newOpen)
end
redis.call('HSET', historiesKey, driver, newHistory)
redis.call('ZADD', heardKey, nowMs, driver)
while redis.call('ZCARD', heardKey) > maxHistories do
  local silentForLongest = redis.call('ZPOPMIN', heardKey)[1]
  redis.call('HDEL', historiesKey, silentForLongest)
end

for i = FIRST_ENDED, firstChange - 1 do
  redis.call('LPUSH', endedAlertsKey, ARGV[i])
  redis.call('LTRIM', endedAlertsKey, 0, maxEndedAlerts - 1)
end
for i = firstChange, #ARGV do
  local id = redis.call('INCR', lastIdKey)
  redis.call('XADD', logKey, 'MAXLEN', '~', maxChanges, string.format('%.0f', id) .. '-0', 'change', ARGV[i])
end
return 1
