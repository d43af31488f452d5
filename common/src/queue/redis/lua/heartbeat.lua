-- A worker lives: its leases last longer.
-- ARGV: epoch, worker, lease, then for each lease: job, token.
-- Returns { 'ok', state… } (1 held, 2 cancel, 3 preempt, 4 lost) or { 'no-worker' }. Writes leases, beats.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, deadline = ARGV[2], now + tonumber(ARGV[3])
local worker = worker_at(id)
if not worker then
  return { 'no-worker' }
end
call('ZADD', beats_key, whole(now), id)
local reply = { 'ok' }
for i = 4, #ARGV, 2 do
  local key, state = ARGV[i], 4
  local job = held(key, ARGV[i + 1])
  if job and job[WORKER] == id then
    extend(key, deadline)
    local episode = get(episode_of(key))
    if not episode or episode[E_STATE] == ABANDONED then
      state = 2
    elseif worker[W_STATE] == DRAINING then
      state = 3
    else
      state = 1
    end
  end
  insert(reply, state)
end
return reply
