--[[
  Decides which new drivers are taken.

  All instances of the API count the drivers of a device key, and those of all keys, together. Since it is one script,
  decisions and counts cannot get out of step, however many requests ask at once. All keys share a hash tag, so the script
  runs on one node of a cluster.

  Input:
    KEYS[1] set of the digests of the drivers that were taken in the present hour
    KEYS[2] set of the digests of those that were taken in the hour before
    KEYS[3] hash of the counts of the present hour: `known` is how many drivers there were when it began, `taken` how many
            were taken since, and each owner of a device key has a field with how many drivers that key was charged for

    ARGV[1] for how long the keys are kept, in milliseconds
    ARGV[2] how many drivers the caller knows; the first caller of an hour sets `known`
    ARGV[3] how many drivers the fleet has
    ARGV[4] how many drivers one device key may bring in an hour beyond the fleet
    ARGV[5] how many drivers there may be in all
    ARGV[6] owner of the device key
    ARGV[7] and all that follow: digests of the drivers, each once

  Output:
    a number for each driver, in the order of the digests
    0 - the driver is taken
    1 - the device key has brought too many drivers in this hour
    2 - there are too many drivers in all
]]
local takenKey = KEYS[1]
local takenBeforeKey = KEYS[2]
local countsKey = KEYS[3]
local keptMs = ARGV[1]
local knownToCaller = ARGV[2]
local fleetDrivers = tonumber(ARGV[3])
local maxPerOwner = tonumber(ARGV[4])
local maxDrivers = tonumber(ARGV[5])
local owner = ARGV[6]
local FIRST_DRIVER = 7

redis.call('HSETNX', countsKey, 'known', knownToCaller)
local counts = redis.call('HMGET', countsKey, 'known', 'taken', owner)
local known = tonumber(counts[1])
local takenAtFirst = tonumber(counts[2] or 0)
local taken = takenAtFirst
local charged = tonumber(counts[3] or 0)
local verdicts = {}
for i = FIRST_DRIVER, #ARGV do
  local driver = ARGV[i]
  local verdict = 0
  if redis.call('SISMEMBER', takenKey, driver) == 0 and redis.call('SISMEMBER', takenBeforeKey, driver) == 0 then
    local total = known + taken
    if total >= maxDrivers then
      verdict = 2
    elseif total >= fleetDrivers then
      if charged >= maxPerOwner then
        verdict = 1
      else
        charged = charged + 1
      end
    end
    if verdict == 0 then
      redis.call('SADD', takenKey, driver)
      taken = taken + 1
    end
  end
  verdicts[#verdicts + 1] = verdict
end

if taken > takenAtFirst then
  redis.call('HSET', countsKey, 'taken', taken, owner, charged)
end
for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, keptMs)
end
return verdicts
