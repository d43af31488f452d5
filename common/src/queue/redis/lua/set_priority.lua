-- Changes the share of an episode; its ready jobs follow as they are settled.
-- ARGV: epoch, episode, priority (1 to 4). Returns { 'ok' } or { 'no-episode' }. Writes records, events.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id, priority = ARGV[2], tonumber(ARGV[3])
local episode = get(id)
if not episode then
  return { 'no-episode' }
end
if episode[E_PRIORITY] ~= priority then
  episode[E_PRIORITY] = priority
  put(id, episode)
  log('episode-priority', id, PRIORITIES[priority])
end
return finish({ 'ok' })
