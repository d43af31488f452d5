-- Everything the queue knows as text, for comparing one backend with another.
-- ARGV: none. Returns lines: facts, sorted, then the log. Reads every key but wake.
local lines = {}
local function line(...)
  table.insert(lines, table.concat({ ... }, ' '))
end
local function text(value)
  return type(value) == 'number' and whole(value) or value
end
local function all(key)
  local pairs_of = call('HGETALL', key)
  local i = -1
  return function()
    i = i + 2
    return pairs_of[i], pairs_of[i + 1]
  end
end
local STATES = { 'blocked', 'parked', 'ready', 'running', 'delayed', 'done', 'dead', 'cancelled' }
local E_STATES = { 'loading', 'open', 'paused', 'cancelled' }

local m = call('HMGET', meta_key, 'epoch', 'counter', 'canary', 'stale', 'paused')
line('meta', m[1] or '', m[2] or '0', m[3] or '0', m[4] or '0', m[5] or '0')
for field, at in all(meta_key) do
  local pool = string.match(field, '^vtime:(.*)$')
  if pool then
    line('vtime', pool, at)
  end
end
for name, packed in all(flows_key) do
  local tags = cmsgpack.unpack(packed)
  line('flow', name, whole(tags[1]), whole(tags[2]))
end
for id, packed in all(episodes_key) do
  local e, counts = cmsgpack.unpack(packed), {}
  for state = BLOCKED, CANCELLED do
    counts[state] = e[E_COUNTS + state]
  end
  line('episode', id, E_STATES[e[E_STATE]], e[E_SHOW] .. '/' .. e[E_USER], PRIORITIES[e[E_PRIORITY]],
    whole(e[E_JOBS]), whole(e[E_LOADED]), '[' .. table.concat(counts, ', ') .. ']', whole(e[E_CREATED]))
end
for key, packed in all(jobs_key) do
  local j = cmsgpack.unpack(packed)
  line('job', key, STATES[j[STATE]], whole(j[SINCE]), j[POOL], whole(j[COST]), j[AFFINITY], whole(j[NEEDS]),
    '[' .. table.concat(j[CHILDREN], ',') .. ']', whole(j[ATTEMPT]), whole(j[GRANTS]), whole(j[LOST]),
    whole(j[RESOURCE]), '[' .. table.concat(j[FAILED_ON], ',') .. ']', whole(j[PROGRESS]), PRIORITIES[j[PRIORITY]],
    text(j[PLACE]), j[WORKER], j[TOKEN], j[NOTE], j[PAYLOAD])
end
for field, content in all(checkpoints_key) do
  line('checkpoint', field, content)
end
for _, entry in ipairs(call('ZRANGE', ready_key, 0, -1)) do
  line('ready', entry)
end
for name, key in pairs({ lease = leases_key, delayed = delayed_key, dead = dead_key }) do
  local found = call('ZRANGE', key, 0, -1, 'WITHSCORES')
  for i = 1, #found, 2 do
    line(name, whole(tonumber(found[i + 1])), found[i])
  end
end
for id, packed in all(workers_key) do
  local w = cmsgpack.unpack(packed)
  local beat = tonumber(call('ZSCORE', beats_key, id))
  line('worker', id, w[W_STATE] == ACTIVE and 'active' or 'draining', w[W_NONCE], table.concat(w[W_POOLS], ','),
    w[W_INFO], whole(w[W_BLAME]), whole(w[W_BLOCKED_UNTIL]), whole(beat))
end
table.sort(lines)
for _, entry in ipairs(call('XRANGE', events_key, '-', '+')) do
  local f = entry[2]
  line('event', f[2], f[4], f[6])
end
return lines
