-- How far an episode is.
-- ARGV: epoch, episode. Returns { 'ok', state, show, user, priority, jobs, loaded, created, jobs by state… } or
--   { 'no-episode' }. Reads episodes.
local episode = get(episodes, ARGV[2])
if not episode then
  return { 'no-episode' }
end
return status_reply(episode)
