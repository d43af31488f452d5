-- Puts a worker on the list. The same nonce again changes nothing but its beat and what it says of itself.
-- ARGV: epoch, worker, nonce, info, pools… Returns { 'ok' } or { 'name-taken' }. Writes records, beats, events.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id = ARGV[2]
local worker = worker_at(id)
if worker and worker[W_NONCE] ~= ARGV[3] then
  return { 'name-taken' }
end
call('ZADD', beats_key, whole(now), id)
if not worker then
  put_worker(id, { ACTIVE, ARGV[3], table.concat(ARGV, ',', 5) .. ',', ARGV[4], 0, 0 })
  log('worker-joined', id, '')
elseif worker[W_INFO] ~= ARGV[4] then
  worker[W_INFO] = ARGV[4]
  put_worker(id, worker)
end
return finish({ 'ok' })
