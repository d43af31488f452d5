-- Asks a worker to finish what it has.
-- ARGV: epoch, worker. Returns { 'ok' } or { 'no-worker' }. Writes workers, events.
local id = ARGV[2]
local worker = get(workers, id)
if not worker then
  return { 'no-worker' }
end
if worker[W_STATE] ~= DRAINING then
  worker[W_STATE] = DRAINING
  put(workers, id, worker)
  log('worker-draining', id, '')
end
return finish({ 'ok' })
