/**
 * Takes a driver out of all that is kept about alerts. As with a removal, a number without an entry in the log makes every
 * instance of the API read the alerts anew, and so every page. All keys share a hash tag.
 *
 * KEYS: open alerts, histories, drivers by when they were heard of, ended alerts, last id, log, open alerts by who reported
 * them, drivers with news, the driver's news.
 * ARGV: the driver, and 1 to change nothing.
 *
 * Returns in how many places there was something.
 */
export const ERASE_ALERTS_LUA = `
local driver = ARGV[1]
local isDryRun = ARGV[2] == '1'
local found = redis.call('HEXISTS', KEYS[2], driver) + redis.call('EXISTS', KEYS[9])
local shown = 0
local open = redis.call('HGET', KEYS[1], driver)
if open then
  shown = shown + 1
end
local past = {}
for _, alert in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
  if cjson.decode(alert).driverID == driver then
    table.insert(past, alert)
  end
end
shown = shown + #past
for _, entry in ipairs(redis.call('XRANGE', KEYS[6], '-', '+')) do
  if cjson.decode(entry[2][2]).driverID == driver then
    shown = shown + 1
  end
end
if isDryRun then
  return found + shown
end
if open then
  redis.call('HDEL', KEYS[1], driver)
  local reporter = cjson.decode(open).reporterId or ''
  if reporter ~= '' and redis.call('HINCRBY', KEYS[7], reporter, -1) <= 0 then
    redis.call('HDEL', KEYS[7], reporter)
  end
end
redis.call('HDEL', KEYS[2], driver)
redis.call('ZREM', KEYS[3], driver)
redis.call('ZREM', KEYS[8], driver)
redis.call('DEL', KEYS[9])
for _, alert in ipairs(past) do
  redis.call('LREM', KEYS[4], 1, alert)
end
if shown > 0 then
  redis.call('INCR', KEYS[5])
  redis.call('XTRIM', KEYS[6], 'MAXLEN', 0)
end
return found + shown
`;
