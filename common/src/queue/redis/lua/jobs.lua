-- A part of an episode's jobs, in order.
-- ARGV: epoch, episode, index of the first job, jobs at most.
-- Returns { 'ok', { index, then as job does }… } or { 'no-episode' }. Reads records.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, from = ARGV[2], tonumber(ARGV[3])
local episode = get(id)
if not episode then
  return { 'no-episode' }
end
local reply = { 'ok' }
for index = from, min(episode[E_LOADED], from + tonumber(ARGV[4])) - 1 do
  local job = get(key_at(id, index))
  if job then
    insert(reply, job_reply(index, job))
  end
end
return reply
