-- Puts a worker on the list. The same nonce again changes nothing but its beat.
-- ARGV: epoch, worker, nonce, info, pools… Returns { 'ok' } or { 'name-taken' }. Writes workers, beats, events.
local id = ARGV[2]
local worker = get(workers, id)
if worker and worker[W_NONCE] ~= ARGV[3] then
  return { 'name-taken' }
end
call('ZADD', beats_key, now, id)
if not worker then
  put(workers, id, { ACTIVE, ARGV[3], { unpack(ARGV, 5) }, ARGV[4], 0, 0 })
  log('worker-joined', id, '')
end
return finish({ 'ok' })
