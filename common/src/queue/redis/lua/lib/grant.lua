-- Putting leases on jobs.

-- The running job that was granted under a nonce.
local function granted(nonce)
  for _, member in ipairs(call('ZRANGE', leases_key, 0, -1)) do
    local key = key_of(member)
    local job = get(jobs, key)
    if job and string.match(job[TOKEN], '[^:]*$') == nonce then
      return key
    end
  end
  return false
end

local function lease_reply(key)
  local job = get(jobs, key)
  local reply = { 'granted', key, job[TOKEN], job[ATTEMPT], job[PAYLOAD] }
  for position = 0, job[PROGRESS] - 1 do
    table.insert(reply, call('HGET', checkpoints_key, key .. '#' .. position) or '')
  end
  return reply
end

local function grant(key, worker, nonce, lease_ms)
  local job = get(jobs, key)
  if job[STATE] == READY then
    local tag = tonumber(string.match(job[PLACE], '|(%x+)|'), 16)
    if tag > vtime_of(job[POOL]) then
      set_vtime(job[POOL], tag)
    end
  end
  local counter = call('HINCRBY', meta_key, 'counter', 1)
  enter(key, RUNNING, now + lease_ms)
  job[ATTEMPT], job[GRANTS] = job[ATTEMPT] + 1, job[GRANTS] + 1
  job[WORKER], job[TOKEN] = worker, epoch .. ':' .. whole(counter) .. ':' .. nonce
end
