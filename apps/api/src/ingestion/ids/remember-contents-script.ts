/**
 * Remembers what ids stand for, unless they are remembered already, all in one step: of two requests at once that use an id
 * for different contents, one comes first. All keys share a hash tag, so it runs on one node of a cluster.
 *
 * KEYS: of each id the bucket of the present generation, then of each the bucket of the one before.
 * ARGV: for how long a bucket is kept in milliseconds, then of each id the id and its content.
 *
 * Returns of each id 0 when it was new, 1 when it is remembered with this content, 2 when with another one.
 */
export const REMEMBER_CONTENTS_LUA = `
local count = #KEYS / 2
local found = {}
for i = 1, count do
  local id = ARGV[2 * i]
  local content = ARGV[2 * i + 1]
  local known = redis.call('HGET', KEYS[count + i], id)
  if not known and redis.call('HSETNX', KEYS[i], id, content) == 0 then
    known = redis.call('HGET', KEYS[i], id)
  end
  if known then
    found[i] = known == content and 1 or 2
  else
    found[i] = 0
    if redis.call('HLEN', KEYS[i]) == 1 then
      redis.call('PEXPIRE', KEYS[i], ARGV[1])
    end
  end
end
return found
`;
