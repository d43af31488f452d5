-- Claims a job for a worker: by tag, among the first ones rather one whose references the worker holds.
-- ARGV: epoch, worker, nonce, whether this claim may have been made already (0 or 1), lease, patience, warm bound,
--   number of pools, pools…, warm affinities…
-- Returns { 'granted', job, token, attempt, payload, checkpoints… }, { 'nothing' }, { 'draining' } or
--   { 'no-worker' }. Writes all but beats, dead.
local refusal = other_epoch(ARGV[1], '@' .. ARGV[2])
if refusal then
  return refusal
end
local PAGE, PAGES = 16, 8
local worker_id, nonce, lease_ms, patience, warm_bound =
  ARGV[2], ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local FIRST_POOL, pools = 9, tonumber(ARGV[8])

local worker = worker_at(worker_id)
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

local warm = {}
for i = FIRST_POOL + pools, #ARGV do
  warm[ARGV[i]] = true
end

-- Whether the worker may have a ready job. One that should not be ready is brought into line on the way.
local function may_have(key)
  local job, episode = get_both(key, episode_of(key))
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
  -- Where an entry's tag begins; it and the affinity are of fixed length.
  local at = #pool + 2
  for _ = 1, PAGES do
    local page = call('ZRANGE', ready_key, from, past, 'BYLEX', 'LIMIT', 0, PAGE)
    local bound
    for _, entry in ipairs(page) do
      if warm[string.sub(entry, at + 14, at + 19)] then
        bound = bound or tonumber(string.sub(page[1], at, at + 12), 16) + warm_bound
        local key = string.sub(entry, at + 21)
        if tonumber(string.sub(entry, at, at + 12), 16) <= bound and may_have(key) then
          return key
        end
      end
    end
    for _, entry in ipairs(page) do
      local key = string.sub(entry, at + 21)
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
