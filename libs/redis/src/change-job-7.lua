--[[
  Changes the data of a job in the queue of records, or removes the job, unless it has changed or is being processed.

  The caller has read the job and worked out what is to be left of it. The script compares and writes in one step, so that
  records that a consumer or another command has put there since are not lost. The job's log is deleted, too, since it
  may quote records. All keys, and the job's log beside them, share a hash tag, so it runs on one node of a cluster.

  Input:
    KEYS[1] hash of the job
    KEYS[2] list of the waiting jobs
    KEYS[3] list of the waiting jobs while the queue is paused
    KEYS[4] list of the jobs that consumers are processing
    KEYS[5] sorted set of the delayed jobs
    KEYS[6] sorted set of the jobs with a priority
    KEYS[7] sorted set of the failed jobs

    ARGV[1] id of the job
    ARGV[2] SHA-1 of the job's data as read, in hexadecimal
    ARGV[3] the new data, empty to remove the job
    ARGV[4] new text in place of a failed job's reason, which may quote records

  Output:
    0 - nothing was changed: the job is gone or has other data by now
    1 - the job is changed
    2 - nothing was changed: a consumer is processing the job
]]
local jobKey = KEYS[1]
local waitKey = KEYS[2]
local pausedKey = KEYS[3]
local activeKey = KEYS[4]
local delayedKey = KEYS[5]
local prioritizedKey = KEYS[6]
local failedKey = KEYS[7]
local id = ARGV[1]
local digestAsRead = ARGV[2]
local newData = ARGV[3]
local newReason = ARGV[4]

local data = redis.call('HGET', jobKey, 'data')
if not data or redis.sha1hex(data) ~= digestAsRead then
  return 0
end
if redis.call('LPOS', activeKey, id) then
  return 2
end

redis.call('DEL', jobKey .. ':logs')
if newData == '' then
  redis.call('LREM', waitKey, 0, id)
  redis.call('LREM', pausedKey, 0, id)
  redis.call('ZREM', delayedKey, id)
  redis.call('ZREM', prioritizedKey, id)
  redis.call('ZREM', failedKey, id)
  redis.call('DEL', jobKey)
  return 1
end
redis.call('HSET', jobKey, 'data', newData)
if redis.call('HEXISTS', jobKey, 'failedReason') == 1 then
  redis.call('HSET', jobKey, 'failedReason', newReason, 'stacktrace', '[]')
end
return 1
