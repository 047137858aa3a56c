/**
 * Decides in one step for all instances which new drivers are taken. All keys share a hash tag, so it runs on one node of a
 * cluster.
 *
 * KEYS: drivers that were taken in the present hour, then those of the hour before (sets of digests), then the counts of the
 * present hour (hash: `known` when it began, `taken` since, and of each device key those that it was charged for).
 * ARGV: for how long the keys are kept in milliseconds, how many drivers the caller knows, how many the fleet has, how many a
 * device key may bring in an hour beyond that, how many there may be in all, the device key's owner, then the drivers' digests.
 *
 * Returns of each driver 0 when it is taken, 1 when its device key has brought too many, 2 when there are too many in all.
 */
export const ADMIT_DRIVERS_LUA = `
redis.call('HSETNX', KEYS[3], 'known', ARGV[2])
local counts = redis.call('HMGET', KEYS[3], 'known', 'taken', ARGV[6])
local before = tonumber(counts[2] or 0)
local taken = before
local charged = tonumber(counts[3] or 0)
local verdicts = {}
for i = 7, #ARGV do
  local driver = ARGV[i]
  local verdict = 0
  if redis.call('SISMEMBER', KEYS[1], driver) == 0 and redis.call('SISMEMBER', KEYS[2], driver) == 0 then
    local total = tonumber(counts[1]) + taken
    if total >= tonumber(ARGV[5]) then
      verdict = 2
    elseif total >= tonumber(ARGV[3]) then
      if charged >= tonumber(ARGV[4]) then
        verdict = 1
      else
        charged = charged + 1
      end
    end
    if verdict == 0 then
      redis.call('SADD', KEYS[1], driver)
      taken = taken + 1
    end
  end
  verdicts[#verdicts + 1] = verdict
end
if taken > before then
  redis.call('HSET', KEYS[3], 'taken', taken, ARGV[6], charged)
end
for i = 1, 3 do
  redis.call('PEXPIRE', KEYS[i], ARGV[1])
end
return verdicts
`;
