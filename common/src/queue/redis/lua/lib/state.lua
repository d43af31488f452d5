-- Moving jobs from one state into another.
local PRIORITIES = { 'low', 'normal', 'high', 'urgent' }

local function status_reply(record)
  local reply = { 'ok' }
  for field = 1, E_COUNTS + CANCELLED do
    reply[field + 1] = record[field]
  end
  return reply
end

local function job_reply(first, job)
  return { first, job[STATE], job[POOL], job[ATTEMPT], job[PROGRESS], job[SINCE], job[NOTE] }
end

local function is_end(state)
  return state == DONE or state == DEAD or state == CANCELLED
end

local function is_finished(episode)
  for state = DELAYED, BLOCKED, -1 do
    if episode[E_COUNTS + state] ~= 0 then
      return false
    end
  end
  return episode[E_LOADED] == episode[E_JOBS]
end

local function tell_if_finished(id)
  local episode = get(id)
  if episode and is_finished(episode) then
    log('episode-finished', id, '')
  end
end

local function recount(id, old, new)
  local episode = get(id)
  if not episode then
    return
  end
  episode[E_COUNTS + old] = episode[E_COUNTS + old] - 1
  episode[E_COUNTS + new] = episode[E_COUNTS + new] + 1
  put(id, episode)
  if old ~= new and not is_end(old) then
    tell_if_finished(id)
  end
end

-- The field of the flow of a job's tag: order, priority, show and user.
local function flow_of(job, episode)
  if job.flow then
    return job.flow
  end
  job.flow = '#flow:' .. order_of(job[POOL]) .. '|' .. PRIORITIES[job[PRIORITY]] .. '/' .. episode[E_SHOW] .. '/'
    .. episode[E_USER]
  return job.flow
end

-- Takes a job out of the index of its state.
local function leave(key)
  local job = get(key)
  local state, place = job[STATE], job[PLACE]
  job[PLACE] = ''
  put(key, job)
  if place == '' then
    return
  elseif state == READY then
    local field = flow_of(job, get(episode_of(key)))
    local tags = get(field)
    call('ZREM', ready_key, place)
    if tags then
      tags[2] = tags[2] - 1
      put(field, tags[2] > 0 and tags)
    end
  elseif state == RUNNING then
    call('ZREM', leases_key, job[POOL] .. '|' .. key)
  elseif state == DELAYED then
    call('ZREM', delayed_key, job[POOL] .. '|' .. key)
  elseif state == DEAD then
    call('ZREM', dead_key, job[POOL] .. '|' .. key)
  end
end

-- Gives a job its tag and puts it into the order. One that was claimed before goes to the front of its flow.
local function push(key)
  local job, episode = get(key), get(episode_of(key))
  if not episode then
    return
  end
  job[PRIORITY], job.flow = episode[E_PRIORITY], nil
  local field = flow_of(job, episode)
  local tags, after = get(field) or { 0, 0 }, number_at('#vtime:' .. order_of(job[POOL]))
  if job[GRANTS] == 0 then
    after = max(after, tags[1])
  end
  local weight = 4 ^ (job[PRIORITY] - 1)
  local tag = after + max(1, floor(job[COST] / weight))
  tags[1], tags[2] = max(tags[1], tag), tags[2] + 1
  put(field, tags)
  job[PLACE] = format('%s|%013x|%s|%s', job[POOL], tag, job[AFFINITY], key)
  put(key, job)
  call('ZADD', ready_key, 0, job[PLACE])
  rung[job[POOL]] = true
end

-- Forgets what earlier attempts have recorded.
local function drop_checkpoints(key, job)
  for position = 0, job[PROGRESS] - 1 do
    call('HDEL', records_key, key .. '#' .. position)
  end
  job[PROGRESS] = 0
end

-- Moves a job into a state. `time` is the deadline of a running one, the due time of a delayed one.
local function enter(key, state, time)
  leave(key)
  local job = get(key)
  local old = job[STATE]
  job[STATE], job[SINCE] = state, now
  if state == RUNNING then
    job[PLACE] = 'lease'
    call('ZADD', leases_key, whole(time), job[POOL] .. '|' .. key)
  elseif state == DELAYED then
    job[PLACE] = time
    call('ZADD', delayed_key, whole(time), job[POOL] .. '|' .. key)
  elseif state == DEAD then
    job[PLACE] = now
    call('ZADD', dead_key, whole(now), job[POOL] .. '|' .. key)
    call('ZREMRANGEBYRANK', dead_key, 0, -10001)
  elseif state == DONE or state == CANCELLED then
    job[PAYLOAD] = ''
    drop_checkpoints(key, job)
  end
  if state ~= RUNNING then
    job[WORKER] = ''
  end
  if state ~= RUNNING and state ~= DONE then
    job[TOKEN] = ''
  end
  if state == READY then
    push(key)
  end
  recount(episode_of(key), old, state)
end

-- Makes a job claimable, as far as its episode allows.
local function offer(key)
  local episode = get(episode_of(key))
  local state = CANCELLED
  if episode and episode[E_STATE] == OPEN then
    state = READY
  elseif episode and episode[E_STATE] ~= ABANDONED then
    state = PARKED
  end
  enter(key, state, 0)
  return state == CANCELLED and 'cancelled' or 'requeued'
end

-- Ends a job for good.
local function bury(key, reason)
  get(key)[NOTE] = reason
  log('job-dead', key, reason)
  enter(key, DEAD, 0)
  return 'dead'
end

-- Brings one job into line with its episode.
local function settle_job(key)
  local job, episode = get(key), get(episode_of(key))
  if not job or not episode then
    return
  end
  local state, wanted = job[STATE], episode[E_STATE]
  if wanted == OPEN and state == READY and job[PRIORITY] ~= episode[E_PRIORITY] then
    leave(key)
    push(key)
  elseif wanted == OPEN and state == PARKED
    or wanted == PAUSED and state == READY
    or wanted == ABANDONED and (state == BLOCKED or state == PARKED or state == READY or state == DELAYED) then
    offer(key)
  end
end

-- The job, if a worker runs it under this token; false otherwise.
local function held(key, token)
  local job = get(key)
  return job and job[STATE] == RUNNING and job[TOKEN] == token and job
end

-- Makes delayed jobs ready whose time has come.
local function promote(limit)
  local due = call('ZRANGE', delayed_key, '-inf', whole(now), 'BYSCORE', 'LIMIT', 0, limit)
  for _, member in ipairs(due) do
    offer(key_of(member))
  end
  return #due
end

-- Puts a running job back into the order, uncharged.
local function give_back(key)
  local job = get(key)
  job[ATTEMPT] = job[ATTEMPT] - 1
  return offer(key)
end

-- Moves the deadline of a running job. Only the index knows it, so that a heartbeat does not write whole records.
local function extend(key, deadline)
  call('ZADD', leases_key, whole(deadline), get(key)[POOL] .. '|' .. key)
end

-- The deadline of a running job; none if the index has lost it.
local function deadline_of(key)
  return tonumber(call('ZSCORE', leases_key, get(key)[POOL] .. '|' .. key) or '')
end
