-- Everything the queue knows as text, for comparing one backend with another.
-- ARGV: none. Returns lines: facts, sorted, then the log. Reads every key but wake.
local lines = {}
local function line(...)
  insert(lines, table.concat({ ... }, ' '))
end
local function text(value)
  return type(value) == 'number' and whole(value) or value
end
local STATES = { 'blocked', 'parked', 'ready', 'running', 'delayed', 'done', 'dead', 'cancelled' }
local E_STATES = { 'loading', 'open', 'paused', 'cancelled' }
local function list(text)
  return '[' .. sub(text, 1, -2) .. ']'
end

local function episode_line(id, e)
  local counts = {}
  for state = BLOCKED, CANCELLED do
    counts[state] = e[E_COUNTS + state]
  end
  line('episode', id, E_STATES[e[E_STATE]], e[E_SHOW] .. '/' .. e[E_USER], PRIORITIES[e[E_PRIORITY]],
    whole(e[E_JOBS]), whole(e[E_LOADED]), '[' .. table.concat(counts, ', ') .. ']', whole(e[E_CREATED]))
end

local function job_line(key, j)
  line('job', key, STATES[j[STATE]], whole(j[SINCE]), j[POOL], whole(j[COST]), j[AFFINITY], whole(j[NEEDS]),
    list(j[CHILDREN]), whole(j[ATTEMPT]), whole(j[GRANTS]), whole(j[LOST]), whole(j[RESOURCE]), list(j[FAILED_ON]),
    whole(j[PROGRESS]), PRIORITIES[j[PRIORITY]], text(j[STATE] == RUNNING and deadline_of(key) or j[PLACE]), j[WORKER], j[TOKEN], j[NOTE], j[PAYLOAD], tostring(j[BLAMED]), tostring(j[BEGUN]))
end

local function worker_line(id, w)
  local beat = tonumber(call('ZSCORE', beats_key, id))
  line('worker', id, w[W_STATE] == ACTIVE and 'active' or 'draining', w[W_NONCE], sub(w[W_POOLS], 1, -2),
    w[W_INFO], whole(w[W_BLAME]), whole(w[W_BLOCKED_UNTIL]), whole(beat))
end

local all = call('HGETALL', records_key)
for i = 1, #all, 2 do
  local field, packed = all[i], all[i + 1]
  local what, name = match(field, '^#(%a+):(.*)$')
  if what then
    local first, second = decode(packed)
    line(what, name, whole(first), second and whole(second))
  elseif find(field, '^@') then
    worker_line(sub(field, 2), get(field))
  elseif find(field, '%.%d+#') then
    line('checkpoint', field, packed)
  elseif find(field, '%.') then
    job_line(field, get(field))
  elseif not find(field, '^#') then
    episode_line(field, get(field))
  end
end
local function raw(field)
  return call('HGET', records_key, field) or '0'
end
line('meta', raw('#epoch'), raw('#canary'), whole(number_at('#stale')), raw('#paused'))
local leader = get('#leader')
if leader then
  line('leader', leader[1], whole(leader[2]))
end
local known = get('#pools')
for pool in items(known and known[1] or '') do
  line('pool', pool)
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
table.sort(lines)
for _, entry in ipairs(call('XRANGE', events_key, '-', '+')) do
  local f = entry[2]
  line('event', f[2], f[4], f[6])
end
return lines
