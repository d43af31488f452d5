-- The records of a shard, read at most once and written at most once in a script.
--
-- KEYS, the same for every script:
--   1 meta         hash: epoch, counter, canary, stale, paused, and vtime:POOL, a pool's virtual time
--   2 flows        hash: FLOW -> last tag, jobs ready
--   3 episodes     hash: EPISODE -> record
--   4 jobs         hash: EPISODE.INDEX -> record
--   5 ready        sorted set by text: POOL|tag|affinity|job
--   6 leases       sorted set by deadline: POOL|job
--   7 delayed      sorted set by due time: POOL|job
--   8 dead         sorted set by time of death: POOL|job
--   9 workers      hash: WORKER -> record
--  10 beats        sorted set by the time of the last beat: WORKER
--  11 checkpoints  hash: job#POSITION -> content
--  12 events       stream: k kind, s subject, n note
--  13 wake         stream: p pool
-- Times are milliseconds since 1970 by the server's clock. No script uses another clock, or chance.
local meta_key, flows_key, episodes_key, jobs_key, ready_key, leases_key, delayed_key, dead_key,
  workers_key, beats_key, checkpoints_key, events_key, wake_key = unpack(KEYS)
local call = redis.call

local function server_time()
  local t = call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local now = server_time()

-- Fields of a job's record.
local STATE, SINCE, POOL, COST, AFFINITY, NEEDS, CHILDREN, ATTEMPT, GRANTS, LOST, RESOURCE, FAILED_ON,
  PROGRESS, PRIORITY, PLACE, WORKER, TOKEN, NOTE, PAYLOAD =
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
-- Its states, in the order in which an episode counts them.
local BLOCKED, PARKED, READY, RUNNING, DELAYED, DONE, DEAD, CANCELLED = 1, 2, 3, 4, 5, 6, 7, 8

-- Fields of an episode's record, and its states. The counts by state follow at E_COUNTS + state.
local E_STATE, E_SHOW, E_USER, E_PRIORITY, E_JOBS, E_LOADED, E_CREATED, E_COUNTS = 1, 2, 3, 4, 5, 6, 7, 7
local LOADING, OPEN, PAUSED, ABANDONED = 1, 2, 3, 4

-- Fields of a worker's record, and its states.
local W_STATE, W_NONCE, W_POOLS, W_INFO, W_BLAME, W_BLOCKED_UNTIL = 1, 2, 3, 4, 5, 6
local ACTIVE, DRAINING = 1, 2

-- A hash of packed records with what this script has read of it.
local function table_of(key)
  return { key = key, rows = {}, dirty = {} }
end
local jobs, episodes, workers = table_of(jobs_key), table_of(episodes_key), table_of(workers_key)

-- A record, or false.
local function get(rows, id)
  local row = rows.rows[id]
  if row == nil then
    local packed = call('HGET', rows.key, id)
    row = packed and cmsgpack.unpack(packed)
    rows.rows[id] = row
  end
  return row
end

-- Puts a record in place, or takes it away (false), when the script ends.
local function put(rows, id, row)
  rows.rows[id] = row
  rows.dirty[id] = true
end

local function write(rows)
  for id in pairs(rows.dirty) do
    local row = rows.rows[id]
    if row then
      call('HSET', rows.key, id, cmsgpack.pack(row))
    else
      call('HDEL', rows.key, id)
    end
  end
end

-- Pools that got ready jobs.
local rung = {}
-- Virtual times and flows that this script has read: vtimes[pool] = number, flows[name] = { last, ready }.
local vtimes, flows, dirty_vtimes, dirty_flows = {}, {}, {}, {}

local function whole(number)
  return string.format('%.0f', number)
end

local function vtime_of(pool)
  if not vtimes[pool] then
    vtimes[pool] = tonumber(call('HGET', meta_key, 'vtime:' .. pool) or 0)
  end
  return vtimes[pool]
end

local function set_vtime(pool, at)
  vtimes[pool], dirty_vtimes[pool] = at, true
end

local function flow(name)
  if not flows[name] then
    local packed = call('HGET', flows_key, name)
    flows[name] = packed and cmsgpack.unpack(packed) or { 0, 0 }
  end
  return flows[name]
end

-- Writes what has changed. Every script that changes records ends with `return finish(reply)`.
local function finish(reply)
  write(jobs)
  write(episodes)
  write(workers)
  for pool in pairs(dirty_vtimes) do
    call('HSET', meta_key, 'vtime:' .. pool, whole(vtimes[pool]))
  end
  for name in pairs(dirty_flows) do
    if flows[name][2] == 0 then
      call('HDEL', flows_key, name)
    else
      call('HSET', flows_key, name, cmsgpack.pack(flows[name]))
    end
  end
  for pool in pairs(rung) do
    call('XADD', wake_key, 'MAXLEN', '~', 256, '*', 'p', pool)
  end
  return reply
end

local function log(kind, subject, note)
  call('XADD', events_key, 'MAXLEN', '~', 10000, '*', 'k', kind, 's', subject, 'n', note)
end

local function episode_of(key)
  return string.match(key, '^(.*)%.%d+$')
end

-- The job of a member of an index by time.
local function key_of(member)
  return string.match(member, '|(.*)$')
end

local function key_at(id, index)
  return id .. '.' .. whole(index)
end

local function contains(list, item)
  for _, each in ipairs(list) do
    if each == item then
      return true
    end
  end
  return false
end

local function refused(what, reason)
  return { 'refused', what, reason }
end
