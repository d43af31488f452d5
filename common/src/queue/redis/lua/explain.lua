-- Why a job is where it is.
-- ARGV: epoch, job, patience. Returns { 'ok', state, episode's state, queue paused (0 or 1), needs, milliseconds until its
--   time, worker, attempt, progress, note, rank, workers, shunned } or { 'no-job' }. Reads records, ready, beats.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local key = ARGV[2]
local job, episode = get(key), get(episode_of(key))
if not job or not episode then
  return { 'no-job' }
end
local due = job[PLACE]
if job[STATE] == RUNNING then
  due = deadline_of(key)
end
local wait = type(due) == 'number' and max(due - now, 0) or 0
local rank, serving, shunned = 0, 0, 0
if job[STATE] == READY then
  local order, rest = order_of(job[POOL]), sub(job[PLACE], #job[POOL] + 1)
  for pool in items(get('#pools')[1]) do
    if order_of(pool) == order then
      rank = rank + call('ZLEXCOUNT', ready_key, '[' .. pool .. '|', '(' .. pool .. rest)
    end
  end
  local patient = now < job[SINCE] + tonumber(ARGV[3])
  for _, id in ipairs(call('ZRANGE', beats_key, 0, -1)) do
    local worker = worker_at(id)
    if worker[W_STATE] == ACTIVE and now >= worker[W_BLOCKED_UNTIL] and contains(worker[W_POOLS], job[POOL]) then
      serving = serving + 1
      if patient and contains(job[FAILED_ON], id) then
        shunned = shunned + 1
      end
    end
  end
end
return {
  'ok', job[STATE], episode[E_STATE], paused and 1 or 0, job[NEEDS], wait, job[WORKER], job[ATTEMPT], job[PROGRESS],
  job[NOTE], rank, serving, shunned,
}
