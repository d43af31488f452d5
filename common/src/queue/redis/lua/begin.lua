-- Begins an episode, or finds one that was begun before.
-- ARGV: epoch, episode, show, user, priority (1 to 4), jobs. Returns the episode's status or a refusal. Writes records, episodes.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, count = ARGV[2], tonumber(ARGV[6])
local episode = get(id)
if not episode then
  episode = { LOADING, ARGV[3], ARGV[4], tonumber(ARGV[5]), count, 0, now, 0, 0, 0, 0, 0, 0, 0, 0 }
  put(id, episode)
  call('SADD', episodes_key, id)
end
if episode[E_JOBS] ~= count then
  local reason = 'was submitted with %d jobs, now with %d; use another id'
  return refused('episode ' .. id, format(reason, episode[E_JOBS], count))
end
return finish(status_reply(episode))
