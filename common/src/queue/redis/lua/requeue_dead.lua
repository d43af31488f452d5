-- Sends the dead jobs of a batch back.
-- ARGV: epoch, episode, index of the first job, jobs in a batch.
-- Returns { 'ok', index of the next batch or -1, jobs sent back }, { 'no-episode' } or a refusal. Writes as requeue.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, from = ARGV[2], tonumber(ARGV[3])
local episode = get(id)
if not episode then
  return { 'no-episode' }
end
if episode[E_STATE] == ABANDONED then
  return refuse_cancelled(id)
end
local loaded, count = episode[E_LOADED], 0
local past = min(loaded, from + tonumber(ARGV[4]))
for index = from, past - 1 do
  local key = key_at(id, index)
  local job = get(key)
  if job and job[STATE] == DEAD then
    revive(key)
    count = count + 1
  end
end
return finish({ 'ok', past < loaded and past or -1, count })
