-- Removes a batch of a finished episode's jobs, in the end the episode.
-- ARGV: epoch, episode, index of the first job, jobs in a batch.
-- Returns { 'ok', index of the next batch or -1 } or a refusal. Writes records, episodes, dead.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, from = ARGV[2], tonumber(ARGV[3])
local episode = get(id)
if not episode then
  return { 'ok', -1 }
end
if not is_finished(episode) then
  return refused('episode ' .. id, 'is not finished; cancel it first')
end
local loaded = episode[E_LOADED]
local past = min(loaded, from + tonumber(ARGV[4]))
for index = from, past - 1 do
  local key = key_at(id, index)
  local job = get(key)
  if job then
    leave(key)
    drop_checkpoints(key, job)
    put(key, false)
    add('#jobs', -1)
    local counted = E_COUNTS + job[STATE]
    episode[counted] = episode[counted] - 1
    put(id, episode)
  end
end
if past < loaded then
  return finish({ 'ok', past })
end
put(id, false)
call('SREM', episodes_key, id)
return finish({ 'ok', -1 })
