/**
 * Notes news of drivers, each behind those of its driver that are not decided on yet. It runs in the transaction that
 * queues their records. All keys share a hash tag, so it runs on one node of a cluster.
 *
 * KEYS: drivers with news by when the oldest was noted, number of the last news, then of each news the list of its driver.
 * ARGV: now in epoch milliseconds, then of each news its driver and what it says.
 *
 * Every entry has a number in front, so that no two are alike: the first of a list tells whether others were decided on.
 */
export const NOTE_NEWS_LUA = `
for i = 3, #KEYS do
  local driver = ARGV[2 * i - 4]
  local id = redis.call('INCR', KEYS[2])
  redis.call('RPUSH', KEYS[i], string.format('%.0f', id) .. ' ' .. ARGV[2 * i - 3])
  redis.call('ZADD', KEYS[1], 'NX', ARGV[1], driver)
end
`;
