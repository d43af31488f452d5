-- Requeues jobs whose leases have expired, wakes those whose wait is over, removes workers that went silent.
-- ARGV: epoch, lost leases after which a job is dead, silence after which a worker is gone.
-- Returns { 'ok', lost, woken, ghosts }. Writes every key but episodes.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local ROUND = 100
local most, silence = tonumber(ARGV[2]), tonumber(ARGV[3])
local expired = call('ZRANGE', leases_key, '-inf', whole(now), 'BYSCORE', 'LIMIT', 0, ROUND)
for _, member in ipairs(expired) do
  local key = key_of(member)
  local job = get(key)
  local worker = job[WORKER]
  log('job-lost', key, worker)
  if job[BEGUN] then
    charge_worker(job)
    job[LOST] = job[LOST] + 1
    if job[LOST] >= most then
      bury(key, format('%d workers were lost with it, the last %s', job[LOST], worker))
    else
      offer(key)
    end
  else
    -- The worker only held it ahead: neither is to blame.
    give_back(key)
  end
end
local woken = promote(ROUND)
local ghosts = call('ZRANGE', beats_key, '-inf', '(' .. whole(max(now - silence, 0)), 'BYSCORE', 'LIMIT', 0, ROUND)
for _, id in ipairs(ghosts) do
  put_worker(id, false)
  call('ZREM', beats_key, id)
  log('worker-left', id, 'silent')
end
return finish({ 'ok', #expired, woken, #ghosts })
