--[[
  Remembers what ids stand for, unless they are remembered already.

  The script reads and writes in one step: when two requests use an id for different contents at the same time, one of
  them comes first and the other is told so. All keys share a hash tag, so it runs on one node of a cluster.

  Input (for n ids there are 2n keys):
    KEYS[1] to KEYS[n] hash of the present generation that each id belongs in, from id to content
    KEYS[n + 1] to KEYS[2n] hash of the generation before, for the same ids in the same order

    ARGV[1] for how long a hash is kept, in milliseconds
    ARGV[2] and all that follow: each id followed by its content

  Output:
    a number for each id, in the same order
    0 - the id was new and is remembered now
    1 - the id is remembered with this content
    2 - the id is remembered with another content
]]
local keptMs = ARGV[1]
local count = #KEYS / 2

local found = {}
for i = 1, count do
  local bucketKey = KEYS[i]
  local bucketBeforeKey = KEYS[count + i]
  local id = ARGV[2 * i]
  local content = ARGV[2 * i + 1]
  local known = redis.call('HGET', bucketBeforeKey, id)
  if not known and redis.call('HSETNX', bucketKey, id, content) == 0 then
    known = redis.call('HGET', bucketKey, id)
  end
  if known then
    found[i] = known == content and 1 or 2
  else
    found[i] = 0
    -- The hash is new.
    if redis.call('HLEN', bucketKey) == 1 then
      redis.call('PEXPIRE', bucketKey, keptMs)
    end
  end
end
return found
