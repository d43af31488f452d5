-- Changes the share of an episode; its ready jobs follow as they are settled.
-- ARGV: epoch, episode, priority (1 to 4). Returns { 'ok' } or { 'no-episode' }. Writes episodes, events.
local id, priority = ARGV[2], tonumber(ARGV[3])
local episode = get(episodes, id)
if not episode then
  return { 'no-episode' }
end
if episode[E_PRIORITY] ~= priority then
  episode[E_PRIORITY] = priority
  put(episodes, id, episode)
  log('episode-priority', id, PRIORITIES[priority])
end
return finish({ 'ok' })
