-- Putting leases on jobs.

-- The running job that was granted under a nonce.
local function granted(nonce)
  for _, member in ipairs(call('ZRANGE', leases_key, 0, -1)) do
    local key = key_of(member)
    local job = get(key)
    if job and match(job[TOKEN], '[^:]*$') == nonce then
      return key
    end
  end
  return false
end

local function lease_reply(key)
  local job = get(key)
  local reply = { 'granted', key, job[TOKEN], job[ATTEMPT], job[PAYLOAD] }
  for position = 0, job[PROGRESS] - 1 do
    insert(reply, call('HGET', records_key, key .. '#' .. position) or '')
  end
  return reply
end

local function grant(key, worker, nonce, lease_ms)
  local job = get(key)
  if job[STATE] == READY then
    local at, vtime = #job[POOL] + 2, '#vtime:' .. order_of(job[POOL])
    local tag = tonumber(sub(job[PLACE], at, at + 12), 16)
    get_both(vtime, flow_of(job, get(episode_of(key))))
    if tag > number_at(vtime) then
      put(vtime, { tag })
    end
  end
  enter(key, RUNNING, now + lease_ms)
  job[ATTEMPT], job[GRANTS] = job[ATTEMPT] + 1, job[GRANTS] + 1
  job[WORKER], job[TOKEN] = worker, epoch .. ':' .. nonce
  job[BLAMED], job[BEGUN] = worker_at(worker)[W_BLAME] > 0, false
end
