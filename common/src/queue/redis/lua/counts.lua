-- What the whole queue holds.
-- ARGV: epoch. Returns { 'ok', jobs, dead, stale, paused (0 or 1), { pool, ready, running, delayed, workers, milliseconds
--   since the first ready job became so }… }. Reads meta, jobs, ready, leases, delayed, dead, workers.
local pools, order = {}, {}
local function count(pool, what)
  if not pools[pool] then
    pools[pool] = { running = 0, delayed = 0, workers = 0 }
    table.insert(order, pool)
  end
  if what then
    pools[pool][what] = pools[pool][what] + 1
  end
end
for _, field in ipairs(call('HKEYS', meta_key)) do
  local pool = string.match(field, '^vtime:(.*)$')
  if pool then
    count(pool)
  end
end
for _, id in ipairs(call('HKEYS', workers_key)) do
  local worker = get(workers, id)
  local gets_jobs = worker[W_STATE] == ACTIVE and now >= worker[W_BLOCKED_UNTIL]
  for _, pool in ipairs(worker[W_POOLS]) do
    count(pool, gets_jobs and 'workers')
  end
end
for what, key in pairs({ running = leases_key, delayed = delayed_key }) do
  for _, member in ipairs(call('ZRANGE', key, 0, -1)) do
    count(string.match(member, '^[^|]*'), what)
  end
end
table.sort(order)

local reply = {
  'ok', call('HLEN', jobs_key), call('ZCARD', dead_key), tonumber(call('HGET', meta_key, 'stale') or 0),
  paused and 1 or 0,
}
for _, pool in ipairs(order) do
  local first, past = '[' .. pool .. '|', '(' .. pool .. '}'
  local head = call('ZRANGE', ready_key, first, past, 'BYLEX', 'LIMIT', 0, 1)[1]
  local job = head and get(jobs, string.match(head, '[^|]*$'))
  local age = job and now - job[SINCE] or 0
  local c = pools[pool]
  table.insert(reply, {
    pool, call('ZLEXCOUNT', ready_key, first, past), c.running, c.delayed, c.workers, math.max(age, 0),
  })
end
return reply
