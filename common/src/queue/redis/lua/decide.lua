-- Changes what people have decided about an episode; its jobs follow as they are settled.
-- ARGV: epoch, episode, state (2 open, 3 paused, 4 cancelled). Returns { 'ok' }, { 'no-episode' } or a refusal.
-- Writes records, events.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local NAMES = { 'loading', 'open', 'paused', 'cancelled' }
local id, new = ARGV[2], tonumber(ARGV[3])
local episode = get(id)
if not episode then
  return { 'no-episode' }
end
local old, kind = episode[E_STATE], nil
if old == new then
  return { 'ok' }
elseif old == OPEN and new == PAUSED then
  kind = 'episode-paused'
elseif old == PAUSED and new == OPEN then
  kind = 'episode-resumed'
elseif new == ABANDONED then
  kind = 'episode-cancelled'
  -- What was never loaded does not come any more.
  episode[E_JOBS] = episode[E_LOADED]
else
  return refused('episode ' .. id, 'is ' .. NAMES[old] .. ' and cannot become ' .. NAMES[new])
end
episode[E_STATE] = new
put(id, episode)
log(kind, id, '')
return finish({ 'ok' })
