-- Ends an attempt with a commit.
-- ARGV: epoch, job, token, commit, blame that blocks a worker, for how long.
-- Returns { 'done' }, { 'repeat' }, { 'stale' } or { 'cancelled' }. Writes all but beats, delayed, dead.
local key, token = ARGV[2], ARGV[3]
local job = get(jobs, key)
if job and job[STATE] == DONE and job[TOKEN] == token then
  return { 'repeat' }
end
job = held(key, token)
if not job then
  call('HINCRBY', meta_key, 'stale', 1)
  return { 'stale' }
end
local episode = get(episodes, episode_of(key))
if episode and episode[E_STATE] == ABANDONED then
  enter(key, CANCELLED, 0)
  return finish({ 'cancelled' })
end

-- Who finishes a job is trusted, and those that failed it are blamed.
local function blame(finisher, failed_on)
  local worker = get(workers, finisher)
  if worker and worker[W_BLAME] ~= 0 then
    worker[W_BLAME] = 0
    put(workers, finisher, worker)
  end
  for _, id in ipairs(failed_on) do
    worker = id ~= finisher and get(workers, id)
    if worker then
      worker[W_BLAME] = worker[W_BLAME] + 1
      if worker[W_BLAME] == tonumber(ARGV[5]) then
        worker[W_BLAME], worker[W_BLOCKED_UNTIL] = 0, now + tonumber(ARGV[6])
        log('worker-blocked', id, 'others finish what it fails')
      end
      put(workers, id, worker)
    end
  end
end

blame(job[WORKER], job[FAILED_ON])
done(key, ARGV[4])
return finish({ 'done' })
