-- The records of a shard, read at most once and written together when a call ends.
--
-- KEYS, the same for every function:
--   1 records   hash, one field each:
--                 EPISODE.INDEX     a job
--                 EPISODE.INDEX#N   its N-th checkpoint, as text
--                 EPISODE           an episode
--                 @WORKER           a worker
--                 #vtime:ORDER      the virtual time of a pool, or of pools that are lanes of one order
--                 #flow:ORDER|PRIORITY/SHOW/USER
--                                   the last tag of a flow, and how many of its jobs are ready
--                 #stale            completions that came too late
--                 #jobs             jobs in all states
--                 #pools            the names of all pools, a list
--                 #leader           who leads the scheduler's rounds, and until when
--                 #epoch, #paused, #canary, as text
--   2 episodes  set of all episodes
--   3 ready     sorted set by text: POOL|tag|affinity|job
--   4 leases    sorted set by deadline: POOL|job
--   5 delayed   sorted set by due time: POOL|job
--   6 dead      sorted set by time of death: POOL|job
--   7 beats     sorted set of all workers by the time of their last beat
--   8 events    stream: k kind, s subject, n note
--   9 wake      stream: p pool
-- Times are milliseconds since 1970 by the server's clock. No function uses another clock, or chance.
--
-- A record is its fields, packed one after the other. Lists are texts whose items end with a comma: reading one costs
-- nothing until somebody looks into it.
local records_key, episodes_key, ready_key, leases_key, delayed_key, dead_key, beats_key, events_key, wake_key
local call, now

-- What is looked up often is looked up once.
local format, sub, find, match, gmatch, encode, decode, insert, max, min, floor

local function server_time()
  local t = call('TIME')
  return t[1] * 1000 + floor(t[2] / 1000)
end

-- Fields of a job's record. CHILDREN and FAILED_ON are lists.
local STATE, SINCE, POOL, COST, AFFINITY, NEEDS, CHILDREN, ATTEMPT, GRANTS, LOST, RESOURCE, FAILED_ON,
  PROGRESS, PRIORITY, PLACE, WORKER, TOKEN, NOTE, PAYLOAD, BLAMED, BEGUN =
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21
-- Its states, in the order in which an episode counts them.
local BLOCKED, PARKED, READY, RUNNING, DELAYED, DONE, DEAD, CANCELLED = 1, 2, 3, 4, 5, 6, 7, 8

-- Fields of an episode's record, and its states. The counts by state follow at E_COUNTS + state.
local E_STATE, E_SHOW, E_USER, E_PRIORITY, E_JOBS, E_LOADED, E_CREATED, E_COUNTS = 1, 2, 3, 4, 5, 6, 7, 7
local LOADING, OPEN, PAUSED, ABANDONED = 1, 2, 3, 4

-- Fields of a worker's record, and its states. W_POOLS is a list.
local W_STATE, W_NONCE, W_POOLS, W_INFO, W_BLAME, W_BLOCKED_UNTIL = 1, 2, 3, 4, 5, 6
local ACTIVE, DRAINING = 1, 2

-- Records that this call has read or changed: rows[field] = record, or false if there is none.
local rows, dirty = {}, {}
-- Pools that got ready jobs; episodes of the jobs that were named.
local rung, owners = {}, {}

-- Begins a call.
local function begin(keys)
  -- A library may not touch these while it is loaded.
  if not call then
    call, encode, decode = redis.call, cmsgpack.pack, cmsgpack.unpack
    format, sub, find, match, gmatch = string.format, string.sub, string.find, string.match, string.gmatch
    insert, max, min, floor = table.insert, math.max, math.min, math.floor
  end
  records_key, episodes_key, ready_key, leases_key, delayed_key, dead_key, beats_key, events_key, wake_key =
    unpack(keys)
  now = server_time()
  rows, dirty, rung, owners = {}, {}, {}, {}
end

local function keep(field, packed)
  local row = packed and { decode(packed) }
  rows[field] = row
  return row
end

-- A record, or false.
local function get(field)
  local row = rows[field]
  if row == nil then
    row = keep(field, call('HGET', records_key, field))
  end
  return row
end

-- Two records at once.
local function get_both(one, other)
  if rows[one] == nil and rows[other] == nil then
    local found = call('HMGET', records_key, one, other)
    return keep(one, found[1]), keep(other, found[2])
  end
  return get(one), get(other)
end

-- Puts a record in place, or takes it away (false), when the call ends.
local function put(field, row)
  rows[field], dirty[field] = row, true
end

-- Writes what has changed. Every function that changes records ends with `return finish(reply)`.
local function finish(reply)
  local set, count = {}, 0
  for field in pairs(dirty) do
    local row = rows[field]
    if row then
      set[count + 1], set[count + 2] = field, encode(unpack(row))
      count = count + 2
      -- A call takes only so many arguments.
      if count == 4000 then
        call('HSET', records_key, unpack(set))
        set, count = {}, 0
      end
    else
      call('HDEL', records_key, field)
    end
  end
  if count > 0 then
    call('HSET', records_key, unpack(set))
  end
  for pool in pairs(rung) do
    call('XADD', wake_key, 'MAXLEN', '~', 256, '*', 'p', pool)
  end
  return reply
end

-- A whole number as text: Redis would write large ones with an exponent, and slowly.
local function whole(number)
  return format('%.0f', number)
end

-- A record of one number, 0 if it is not there.
local function number_at(field)
  local row = get(field)
  return row and row[1] or 0
end

local function add(field, amount)
  put(field, { number_at(field) + amount })
end

local function log(kind, subject, note)
  call('XADD', events_key, 'MAXLEN', '~', 10000, '*', 'k', kind, 's', subject, 'n', note)
end

local function episode_of(key)
  local id = owners[key]
  if not id then
    id = sub(key, 1, find(key, '.', 1, true) - 1)
    owners[key] = id
  end
  return id
end

-- The job of a member of an index by time.
local function key_of(member)
  return sub(member, find(member, '|', 1, true) + 1)
end

local function key_at(id, index)
  return id .. '.' .. whole(index)
end

local function contains(list, item)
  return list ~= '' and find(',' .. list, ',' .. item .. ',', 1, true) ~= nil
end

local function nothing() end

local function items(list)
  return list == '' and nothing or gmatch(list, '[^,]+')
end

-- The name of the order that the jobs of a pool stand in: a pool POOL-fN is a lane of POOL's.
local function order_of(pool)
  return match(pool, '^(.+)%-f%d%d?%d?$') or pool
end

-- Remembers that there is such a pool.
local function know_pool(pool)
  local pools = get('#pools')
  pools = pools and pools[1] or ''
  if not contains(pools, pool) then
    put('#pools', { pools .. pool .. ',' })
  end
end

-- A worker's record, or false.
local function worker_at(id)
  return get('@' .. id)
end

local function put_worker(id, worker)
  put('@' .. id, worker)
end

local function refused(what, reason)
  return { 'refused', what, reason }
end
