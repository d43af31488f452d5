-- Ends an attempt with a commit.
-- ARGV: epoch, job, token, commit, blame that blocks a worker, for how long.
-- Returns { 'done' }, { 'repeat' }, { 'stale' } or { 'cancelled' }. Writes records, ready, leases, events, wake.
local refusal = other_epoch(ARGV[1], ARGV[2], episode_of(ARGV[2]))
if refusal then
  return refusal
end
local key, token = ARGV[2], ARGV[3]
local job = get(key)
if job and job[STATE] == DONE and job[TOKEN] == token then
  return { 'repeat' }
end
job = held(key, token)
if not job then
  add('#stale', 1)
  return finish({ 'stale' })
end
local episode = get(episode_of(key))
if episode and episode[E_STATE] == ABANDONED then
  enter(key, CANCELLED, 0)
  return finish({ 'cancelled' })
end

-- Who finishes a job that it got in spite of blame is trusted again, and those that failed the job are blamed.
local function blame(finisher, failed_on)
  if job[BLAMED] then
    local worker = worker_at(finisher)
    if worker then
      worker[W_BLAME] = 0
      put_worker(finisher, worker)
    end
  end
  for id in items(failed_on) do
    local worker = id ~= finisher and worker_at(id)
    if worker then
      worker[W_BLAME] = worker[W_BLAME] + 1
      if worker[W_BLAME] == tonumber(ARGV[5]) then
        worker[W_BLAME], worker[W_BLOCKED_UNTIL] = 0, now + tonumber(ARGV[6])
        log('worker-blocked', id, 'others finish what it fails')
      end
      put_worker(id, worker)
    end
  end
end

blame(job[WORKER], job[FAILED_ON])
done(key, ARGV[4])
return finish({ 'done' })
