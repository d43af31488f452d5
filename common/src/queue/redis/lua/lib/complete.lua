-- Ending an attempt with a commit.

-- Those whose attempts failed are blamed: somebody else has finished the job.
local function blame(finisher, failed_on, most, forgive_ms)
  for id in items(failed_on) do
    local worker = id ~= finisher and worker_at(id)
    if worker then
      worker[W_BLAME] = worker[W_BLAME] + 1
      if worker[W_BLAME] == most then
        worker[W_BLAME], worker[W_BLOCKED_UNTIL] = 0, now + forgive_ms
        log('worker-blocked', id, 'others finish what it fails')
      end
      put_worker(id, worker)
    end
  end
end

-- A worker that finished what it got in spite of blame is trusted again.
local function trust(id)
  local worker = worker_at(id)
  if worker then
    worker[W_BLAME] = 0
    put_worker(id, worker)
  end
end

-- Gives the word for what came of it.
local function complete(key, token, commit, most_blame, forgive_ms)
  local job, episode = get_both(key, episode_of(key))
  if job and job[STATE] == DONE and job[TOKEN] == token then
    return 'repeat'
  end
  job = held(key, token)
  if not job then
    add('#stale', 1)
    return 'stale'
  end
  if episode and episode[E_STATE] == ABANDONED then
    enter(key, CANCELLED, 0)
    return 'cancelled'
  end
  if job[BLAMED] then
    trust(job[WORKER])
  end
  blame(job[WORKER], job[FAILED_ON], most_blame, forgive_ms)
  done(key, commit)
  return 'done'
end
