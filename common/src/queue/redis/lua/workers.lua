-- Every worker.
-- ARGV: epoch. Returns { 'ok', { worker, state, info, beat, blame, blocked until, { pool… }, { job… } }… }.
-- Reads records, beats, leases.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local running = {}
for _, member in ipairs(call('ZRANGE', leases_key, 0, -1)) do
  local key = key_of(member)
  local job = get(key)
  if job then
    running[job[WORKER]] = running[job[WORKER]] or {}
    insert(running[job[WORKER]], key)
  end
end
local ids = call('ZRANGE', beats_key, 0, -1)
table.sort(ids)
local reply = { 'ok' }
for _, id in ipairs(ids) do
  local worker = worker_at(id)
  local beat, pools = tonumber(call('ZSCORE', beats_key, id) or 0), {}
  for pool in items(worker[W_POOLS]) do
    insert(pools, pool)
  end
  insert(reply, {
    id, worker[W_STATE], worker[W_INFO], beat, worker[W_BLAME], worker[W_BLOCKED_UNTIL], pools,
    running[id] or {},
  })
end
return reply
