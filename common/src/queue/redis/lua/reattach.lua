-- Gives a worker the job it names, if nobody has it and it may run.
-- ARGV: epoch, worker, nonce, whether this may have been asked already (0 or 1), lease, job.
-- Returns as claim does, or { 'no-job' }. Writes all but beats, dead.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local worker_id, nonce, key = ARGV[2], ARGV[3], ARGV[6]
if not worker_at(worker_id) then
  return { 'no-worker' }
end
local job, episode = get_both(key, episode_of(key))
if not job then
  return { 'no-job' }
end
if ARGV[4] == '1' and granted(nonce) == key then
  return lease_reply(key)
end
local state = job[STATE]
local waits = state == READY or state == DELAYED or state == PARKED
if not waits or not episode or (episode[E_STATE] ~= OPEN and episode[E_STATE] ~= PAUSED) then
  return { 'nothing' }
end
grant(key, worker_id, nonce, tonumber(ARGV[5]))
job[BEGUN] = true
return finish(lease_reply(key))
