--[[
  Notes news of drivers, each behind those of the same driver that are not decided on yet.

  The script runs in the transaction that queues the drivers' records, so that there are never records without their news.
  All keys share a hash tag, so it runs on one node of a cluster.

  Input (for n news there are 2 + n keys):
    KEYS[1] sorted set of the drivers with news, by when the oldest of a driver was noted
    KEYS[2] number of the last news
    KEYS[3] and all that follow: for each news the list of its driver's news

    ARGV[1] now, in milliseconds since the epoch
    ARGV[2] and all that follow: for each news its driver and, behind it, what it says

  Output:
    nothing
]]
local newsDriversKey = KEYS[1]
local lastNewsKey = KEYS[2]
local FIRST_NEWS = 3
local nowMs = ARGV[1]

for i = FIRST_NEWS, #KEYS do
  local newsKey = KEYS[i]
  local driver = ARGV[2 * i - 4]
  local said = ARGV[2 * i - 3]
  -- The number makes every entry unlike all others, so that the first one of a list tells whether it was decided on.
  local number = redis.call('INCR', lastNewsKey)
  redis.call('RPUSH', newsKey, string.format('%.0f', number) .. ' ' .. said)
  redis.call('ZADD', newsDriversKey, 'NX', nowMs, driver)
end
