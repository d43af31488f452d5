-- Choosing a job for a worker.

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

-- The first job of a pool that the worker may have.
local function pick(pool, worker_id, warm, patience, warm_bound)
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
        if tonumber(string.sub(entry, at, at + 12), 16) <= bound and may_have(key, worker_id, patience) then
          return key
        end
      end
    end
    for _, entry in ipairs(page) do
      local key = string.sub(entry, at + 21)
      if may_have(key, worker_id, patience) then
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
