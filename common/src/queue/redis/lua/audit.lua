-- Recomputes counts, needs and indexes of an episode from the records of its jobs, and carries sweeps on.
-- ARGV: epoch, episode, lease. Returns { 'ok', findings } or { 'no-episode' }. Writes all but beats.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, findings = ARGV[2], 0
local episode = get(id)
if not episode then
  return { 'no-episode' }
end

local counts, needs = { 0, 0, 0, 0, 0, 0, 0, 0 }, {}
for index = 0, episode[E_LOADED] - 1 do
  local job = get(key_at(id, index))
  if job then
    counts[job[STATE]] = counts[job[STATE]] + 1
    for index in items(job[CHILDREN]) do
      local child = tonumber(index)
      if job[STATE] ~= DONE then
        needs[child] = (needs[child] or 0) + 1
      end
    end
  end
end
local same = true
for state, count in ipairs(counts) do
  same = same and episode[E_COUNTS + state] == count
  episode[E_COUNTS + state] = count
end
if not same then
  put(id, episode)
  findings = 1
end

local function mend_needs(key, job, wanted)
  if job[STATE] ~= BLOCKED then
    return
  end
  if job[NEEDS] ~= wanted or wanted == 0 then
    findings = findings + 1
    job[NEEDS] = wanted
    put(key, job)
  end
  if wanted == 0 then
    offer(key)
  end
end

local function mend_place(key, job)
  local state, place = job[STATE], job[PLACE]
  if state == READY then
    if place == '' or not call('ZSCORE', ready_key, place) then
      findings = findings + 1
      leave(key)
      push(key)
    end
  elseif state == RUNNING then
    if not deadline_of(key) then
      findings = findings + 1
      extend(key, now + tonumber(ARGV[3]))
    end
  elseif state == DELAYED and not call('ZSCORE', delayed_key, job[POOL] .. '|' .. key) then
    findings = findings + 1
    offer(key)
  end
end

for index = 0, episode[E_LOADED] - 1 do
  local key = key_at(id, index)
  local job = get(key)
  if job then
    mend_needs(key, job, needs[index] or 0)
    mend_place(key, job)
  end
end
for index = 0, episode[E_LOADED] - 1 do
  settle_job(key_at(id, index))
end
return finish({ 'ok', findings })
