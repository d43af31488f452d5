-- Loads the next jobs of an episode. Those that are there already change nothing.
-- ARGV: epoch, episode, index of the first job, jobs the queue holds at most, then for each job:
--   pool, cost, affinity, needs, children (a list of indexes), commit or '', payload.
-- Returns { 'ok' }, { 'full' }, { 'no-episode' } or a refusal. Writes records.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, from, limit = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local FIELDS, FIRST = 7, 5
local episode = get(id)
if not episode then
  return { 'no-episode' }
end
if episode[E_STATE] ~= LOADING or from < episode[E_LOADED] then
  return { 'ok' }
end
if from > episode[E_LOADED] then
  return refused('episode ' .. id, format('job %d comes before job %d', from, episode[E_LOADED]))
end
local count = (#ARGV - FIRST + 1) / FIELDS
if number_at('#jobs') + count > limit then
  return { 'full' }
end
episode[E_LOADED] = episode[E_LOADED] + count
put(id, episode)
add('#jobs', count)
for i = 0, count - 1 do
  local at = FIRST + i * FIELDS
  local pool, commit, needs = ARGV[at], ARGV[at + 5], tonumber(ARGV[at + 3])
  local state = needs == 0 and PARKED or BLOCKED
  if commit ~= '' then
    state = DONE
  end
  episode[E_COUNTS + state] = episode[E_COUNTS + state] + 1
  know_pool(pool)
  put(key_at(id, from + i), {
    state, now, pool, tonumber(ARGV[at + 1]), ARGV[at + 2], state == DONE and 0 or needs, ARGV[at + 4],
    0, 0, 0, 0, '', 0, 2, '', '', '', commit, state == DONE and '' or ARGV[at + 6],
    false, false,
  })
end
return finish({ 'ok' })
