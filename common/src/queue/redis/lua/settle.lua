-- Brings a batch of jobs into line with their episode.
-- ARGV: epoch, episode, index of the first job, jobs in a batch.
-- Returns { 'ok', index of the next batch or -1 } or { 'no-episode' }. Writes all but beats.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, from = ARGV[2], tonumber(ARGV[3])
local episode = get(id)
if not episode then
  return { 'no-episode' }
end
local loaded = episode[E_LOADED]
local past = min(loaded, from + tonumber(ARGV[4]))
for index = from, past - 1 do
  settle_job(key_at(id, index))
end
return finish({ 'ok', past < loaded and past or -1 })
