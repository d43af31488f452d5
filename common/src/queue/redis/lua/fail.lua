-- Ends an attempt with a failure.
-- ARGV: epoch, job, token, class (transient, resource, permanent), reason, attempts or failures after which it is dead,
--   first wait, longest wait, jitter in thousandths, another pool or ''.
-- Returns { 'delayed' }, { 'dead' }, { 'cancelled' } or { 'stale' }. Writes records, leases, delayed, dead,
--   events.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local key, class, reason = ARGV[2], ARGV[4], ARGV[5]
local job = held(key, ARGV[3])
if not job then
  return { 'stale' }
end
local episode = get(episode_of(key))
if episode and episode[E_STATE] == ABANDONED then
  return finish({ offer(key) })
end
if class == 'permanent' then
  return finish({ bury(key, reason) })
end

local failures
if class == 'transient' then
  charge_worker(job)
  failures = job[ATTEMPT]
else
  leave(key)
  job[ATTEMPT], job[RESOURCE] = job[ATTEMPT] - 1, job[RESOURCE] + 1
  if ARGV[10] ~= '' then
    job[POOL], job.flow = ARGV[10], nil
    know_pool(job[POOL])
  end
  failures = job[RESOURCE]
end
if failures >= tonumber(ARGV[6]) then
  return finish({ bury(key, reason) })
end

-- Doubled each time up to the longest, then between half and all of it.
local wait = tonumber(ARGV[7]) * 2 ^ min(max(failures - 1, 0), 20)
wait = min(wait, tonumber(ARGV[8]))
local half = floor(wait / 2)
wait = half + floor((wait - half) * tonumber(ARGV[9]) / 1000)
job[NOTE] = reason
log('job-delayed', key, reason)
enter(key, DELAYED, now + wait)
return finish({ 'delayed' })
