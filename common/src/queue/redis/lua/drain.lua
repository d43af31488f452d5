-- Asks a worker to finish what it has.
-- ARGV: epoch, worker. Returns { 'ok' } or { 'no-worker' }. Writes records, events.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id = ARGV[2]
local worker = worker_at(id)
if not worker then
  return { 'no-worker' }
end
if worker[W_STATE] ~= DRAINING then
  worker[W_STATE] = DRAINING
  put_worker(id, worker)
  log('worker-draining', id, '')
end
return finish({ 'ok' })
