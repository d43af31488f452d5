-- What the whole queue holds.
-- ARGV: epoch. Returns { 'ok', jobs, dead, stale, paused (0 or 1), { pool, ready, running, delayed, workers, milliseconds
--   since the first ready job became so }… }. Reads records, ready, leases, delayed, dead, beats.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local pools, order = {}, {}
local function count(pool, what)
  if not pools[pool] then
    pools[pool] = { running = 0, delayed = 0, workers = 0 }
    insert(order, pool)
  end
  if what then
    pools[pool][what] = pools[pool][what] + 1
  end
end
local known = get('#pools')
for pool in items(known and known[1] or '') do
  count(pool)
end
for _, id in ipairs(call('ZRANGE', beats_key, 0, -1)) do
  local worker = worker_at(id)
  local gets_jobs = worker[W_STATE] == ACTIVE and now >= worker[W_BLOCKED_UNTIL]
  for pool in items(worker[W_POOLS]) do
    count(pool, gets_jobs and 'workers')
  end
end
for what, key in pairs({ running = leases_key, delayed = delayed_key }) do
  for _, member in ipairs(call('ZRANGE', key, 0, -1)) do
    count(match(member, '^[^|]*'), what)
  end
end
table.sort(order)

local reply = {
  'ok', number_at('#jobs'), call('ZCARD', dead_key), number_at('#stale'), paused and 1 or 0,
}
for _, pool in ipairs(order) do
  local first, past = '[' .. pool .. '|', '(' .. pool .. '}'
  local head = call('ZRANGE', ready_key, first, past, 'BYLEX', 'LIMIT', 0, 1)[1]
  local job = head and get(match(head, '[^|]*$'))
  local age = job and now - job[SINCE] or 0
  local c = pools[pool]
  insert(reply, {
    pool, call('ZLEXCOUNT', ready_key, first, past), c.running, c.delayed, c.workers, max(age, 0),
  })
end
return reply
