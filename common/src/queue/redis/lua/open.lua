-- Lets the jobs of a wholly loaded episode be claimed, once they are settled.
-- ARGV: epoch, episode. Returns { 'ok' }, { 'no-episode' } or a refusal. Writes records, events.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id = ARGV[2]
local episode = get(id)
if not episode then
  return { 'no-episode' }
end
if episode[E_STATE] ~= LOADING then
  return { 'ok' }
end
if episode[E_LOADED] ~= episode[E_JOBS] then
  local reason = 'only %d of %d jobs are loaded'
  return refused('episode ' .. id, format(reason, episode[E_LOADED], episode[E_JOBS]))
end
episode[E_STATE] = OPEN
put(id, episode)
log('episode-opened', id, '')
tell_if_finished(id)
return finish({ 'ok' })
