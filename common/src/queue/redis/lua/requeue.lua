-- Sends a dead job back, as if it were new.
-- ARGV: epoch, job. Returns { 'ok' }, { 'no-job' } or a refusal. Writes meta, flows, episodes, jobs, ready, dead,
--   events, wake.
local NAMES = { 'blocked', 'parked', 'ready', 'running', 'delayed', 'done', 'dead', 'cancelled' }
local key = ARGV[2]
local job = get(jobs, key)
if not job then
  return { 'no-job' }
end
if job[STATE] ~= DEAD then
  return refused('job ' .. key, 'is ' .. NAMES[job[STATE]] .. '; only a dead job can be sent back')
end
local id = episode_of(key)
if get(episodes, id)[E_STATE] == ABANDONED then
  return refuse_cancelled(id)
end
revive(key)
return finish({ 'ok' })
