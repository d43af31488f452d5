-- Lets the jobs of a wholly loaded episode be claimed, once they are settled.
-- ARGV: epoch, episode. Returns { 'ok' }, { 'no-episode' } or a refusal. Writes episodes, events.
local id = ARGV[2]
local episode = get(episodes, id)
if not episode then
  return { 'no-episode' }
end
if episode[E_STATE] ~= LOADING then
  return { 'ok' }
end
if episode[E_LOADED] ~= episode[E_JOBS] then
  local reason = 'only %d of %d jobs are loaded'
  return refused('episode ' .. id, string.format(reason, episode[E_LOADED], episode[E_JOBS]))
end
episode[E_STATE] = OPEN
put(episodes, id, episode)
log('episode-opened', id, '')
tell_if_finished(id)
return finish({ 'ok' })
