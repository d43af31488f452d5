-- Sends a dead job back, as if it were new.
-- ARGV: epoch, job. Returns { 'ok' }, { 'no-job' } or a refusal. Writes records, ready, dead, events,
--   wake.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local NAMES = { 'blocked', 'parked', 'ready', 'running', 'delayed', 'done', 'dead', 'cancelled' }
local key = ARGV[2]
local job = get(key)
if not job then
  return { 'no-job' }
end
if job[STATE] ~= DEAD then
  return refused('job ' .. key, 'is ' .. NAMES[job[STATE]] .. '; only a dead job can be sent back')
end
local id = episode_of(key)
if get(id)[E_STATE] == ABANDONED then
  return refuse_cancelled(id)
end
revive(key)
return finish({ 'ok' })
