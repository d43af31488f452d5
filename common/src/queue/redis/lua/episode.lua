-- How far an episode is.
-- ARGV: epoch, episode. Returns { 'ok', state, show, user, priority, jobs, loaded, created, jobs by state… } or
--   { 'no-episode' }. Reads records.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local episode = get(ARGV[2])
if not episode then
  return { 'no-episode' }
end
return status_reply(episode)
