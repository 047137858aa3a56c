--[[
  Notes news of drivers, each item behind those of the same driver that are not decided on yet.

  The script runs in the transaction that queues the drivers' records, so that no record is ever queued without its news.
  All keys share a hash tag, so it runs on one node of a cluster.

  Input (for n news items there are 2 + n keys):
    KEYS[1] sorted set of the drivers with news, by when the oldest item of each was noted
    KEYS[2] number of the last news item
    KEYS[3] and all that follow: for each item the list of its driver's news

    ARGV[1] now, in milliseconds since the epoch
    ARGV[2] and all that follow: for each item its driver, followed by what it says

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
  -- The number makes every entry unique, so that the first one of a list tells whether it was decided on.
  local number = redis.call('INCR', lastNewsKey)
  redis.call('RPUSH', newsKey, string.format('%.0f', number) .. ' ' .. said)
  redis.call('ZADD', newsDriversKey, 'NX', nowMs, driver)
end
