-- Choosing a job for a worker, and claiming it.

-- Ready jobs looked at together; among them warm references decide.
local PAGE = 8
-- Pages looked at when a worker may have none of the first jobs.
local PAGES = 16

-- Whether the worker may have a ready job. One that should not be ready is brought into line on the way.
local function may_have(key, worker_id, patience)
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

-- The first job of a pool that the worker may have, and its tag; false if there is none.
local function pick(pool, worker_id, warm, patience, warm_bound)
  local from, past = '[' .. pool .. '|', '(' .. pool .. '}'
  -- Where an entry's tag begins; it and the affinity are of fixed length.
  local at = #pool + 2
  for _ = 1, PAGES do
    local page = call('ZRANGE', ready_key, from, past, 'BYLEX', 'LIMIT', 0, PAGE)
    local bound
    for _, entry in ipairs(page) do
      if warm[sub(entry, at + 14, at + 19)] then
        bound = bound or tonumber(sub(page[1], at, at + 12), 16) + warm_bound
        local key, tag = sub(entry, at + 21), tonumber(sub(entry, at, at + 12), 16)
        if tag <= bound and may_have(key, worker_id, patience) then
          return key, tag
        end
      end
    end
    for _, entry in ipairs(page) do
      local key = sub(entry, at + 21)
      if may_have(key, worker_id, patience) then
        return key, tonumber(sub(entry, at, at + 12), 16)
      end
    end
    if #page < PAGE then
      return false
    end
    from = '(' .. page[PAGE]
  end
  return false
end

-- Claims a job. What is asked for begins at an argument: worker, nonce, whether this may have been asked already (0 or 1),
-- lease, patience, warm bound, number of pools, pools…, warm affinities…
-- Gives { 'granted', job, token, attempt, payload, checkpoints… }, { 'nothing' }, { 'draining' } or { 'no-worker' }.
local function claim(argv, at)
  local worker_id, nonce = argv[at], argv[at + 1]
  local worker = worker_at(worker_id)
  if not worker then
    return { 'no-worker' }
  end
  local repeated = argv[at + 2] == '1' and granted(nonce)
  if repeated then
    return lease_reply(repeated)
  end
  if worker[W_STATE] == DRAINING then
    return { 'draining' }
  end
  if paused or now < worker[W_BLOCKED_UNTIL] then
    return { 'nothing' }
  end
  local patience, warm_bound = tonumber(argv[at + 4]), tonumber(argv[at + 5])
  local first, past = at + 7, at + 7 + tonumber(argv[at + 6])
  local warm = {}
  for i = past, #argv do
    warm[argv[i]] = true
  end
  local order, best, least
  for i = first, past - 1 do
    if order_of(argv[i]) ~= order then
      if best then
        break
      end
      order = order_of(argv[i])
    end
    local key, tag = pick(argv[i], worker_id, warm, patience, warm_bound)
    if key and (not best or tag < least) then
      best, least = key, tag
    end
  end
  if not best then
    return { 'nothing' }
  end
  grant(best, worker_id, nonce, tonumber(argv[at + 3]))
  return lease_reply(best)
end
