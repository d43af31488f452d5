-- Claims a job for a worker: by tag, among the first ones rather one whose references the worker holds.
-- ARGV: epoch, worker, nonce, whether this claim may have been made already (0 or 1), lease, patience, warm bound,
--   number of pools, pools…, warm affinities…
-- Returns { 'granted', job, token, attempt, payload, checkpoints… }, { 'nothing' }, { 'draining' } or
--   { 'no-worker' }. Writes all but workers, beats, dead.
local PAGE, PAGES, PROMOTED = 16, 8, 16
local worker_id, nonce, lease_ms, patience, warm_bound =
  ARGV[2], ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local FIRST_POOL, pools = 9, tonumber(ARGV[8])

local worker = get(workers, worker_id)
if not worker then
  return { 'no-worker' }
end
local repeated = ARGV[4] == '1' and granted(nonce)
if repeated then
  return lease_reply(repeated)
end
if worker[W_STATE] == DRAINING then
  return { 'draining' }
end
if paused or now < worker[W_BLOCKED_UNTIL] then
  return { 'nothing' }
end
promote(PROMOTED)

local warm = {}
for i = FIRST_POOL + pools, #ARGV do
  warm[ARGV[i]] = true
end

-- Whether the worker may have a ready job. One that should not be ready is brought into line on the way.
local function may_have(key)
  local job, episode = get(jobs, key), get(episodes, episode_of(key))
  if not job or job[STATE] ~= READY then
    return false
  end
  if not episode or episode[E_STATE] ~= OPEN then
    offer(key)
    return false
  end
  return not (now < job[SINCE] + patience and contains(job[FAILED_ON], worker_id))
end

local function pick(pool)
  local from, past = '[' .. pool .. '|', '(' .. pool .. '}'
  for _ = 1, PAGES do
    local page = call('ZRANGE', ready_key, from, past, 'BYLEX', 'LIMIT', 0, PAGE)
    local bound
    for i, entry in ipairs(page) do
      local tag, affinity = string.match(entry, '|(%x+)|(%x+)|')
      tag = tonumber(tag, 16)
      bound = bound or tag + warm_bound
      if tag > bound or next(warm) == nil then
        break
      end
      if warm[affinity] then
        local key = string.match(entry, '[^|]*$')
        if may_have(key) then
          return key
        end
      end
    end
    for _, entry in ipairs(page) do
      local key = string.match(entry, '[^|]*$')
      if may_have(key) then
        return key
      end
    end
    if #page < PAGE then
      return false
    end
    from = '(' .. page[PAGE]
  end
  return false
end

for i = FIRST_POOL, FIRST_POOL + pools - 1 do
  local key = pick(ARGV[i])
  if key then
    grant(key, worker_id, nonce, lease_ms)
    return finish(lease_reply(key))
  end
end
return finish({ 'nothing' })
