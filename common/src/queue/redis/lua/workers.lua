-- Every worker.
-- ARGV: epoch. Returns { 'ok', { worker, state, info, beat, blame, blocked until, { pool… }, { job… } }… }.
-- Reads workers, beats, leases, jobs.
local running = {}
for _, member in ipairs(call('ZRANGE', leases_key, 0, -1)) do
  local key = key_of(member)
  local job = get(jobs, key)
  if job then
    running[job[WORKER]] = running[job[WORKER]] or {}
    table.insert(running[job[WORKER]], key)
  end
end
local ids = call('HKEYS', workers_key)
table.sort(ids)
local reply = { 'ok' }
for _, id in ipairs(ids) do
  local worker = get(workers, id)
  local beat = tonumber(call('ZSCORE', beats_key, id) or 0)
  table.insert(reply, {
    id, worker[W_STATE], worker[W_INFO], beat, worker[W_BLAME], worker[W_BLOCKED_UNTIL], worker[W_POOLS],
    running[id] or {},
  })
end
return reply
