--[[
  Deletes a failed job, if it still is one and still has the data that was read.

  A job may have been run again, or been given other data, while somebody looked at it. The script compares and deletes in
  one step, so that such a job stays. All keys, and the job's log beside them, share a hash tag, so it runs on one node of a
  cluster.

  Input:
    KEYS[1] sorted set of the failed jobs
    KEYS[2] hash of the job

    ARGV[1] id of the job
    ARGV[2] the job's data as it was read

  Output:
    0 - the job stays: it is no longer a failed one, or has other data now
    1 - the job is deleted
]]
local failedKey = KEYS[1]
local jobKey = KEYS[2]
local id = ARGV[1]
local dataAsRead = ARGV[2]

if not redis.call('ZSCORE', failedKey, id) then
  return 0
end
if redis.call('HGET', jobKey, 'data') ~= dataAsRead then
  return 0
end
redis.call('ZREM', failedKey, id)
redis.call('DEL', jobKey, jobKey .. ':logs')
return 1
