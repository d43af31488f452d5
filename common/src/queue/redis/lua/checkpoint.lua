-- Records a part of a job as finished; a new one clears the job of the leases lost with it.
-- ARGV: epoch, job, token, position, content.
-- Returns { 'recorded' }, { 'stale' } or a refusal. Writes records.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local key, position = ARGV[2], tonumber(ARGV[4])
local job = held(key, ARGV[3])
if not job then
  return { 'stale' }
end
if position > job[PROGRESS] then
  return refused('job ' .. key, format('checkpoint %d comes before checkpoint %d', position, job[PROGRESS]))
end
if position == job[PROGRESS] then
  call('HSET', records_key, key .. '#' .. position, ARGV[5])
  job[PROGRESS], job[BEGUN], job[LOST] = position + 1, true, 0
  put(key, job)
end
return finish({ 'recorded' })
