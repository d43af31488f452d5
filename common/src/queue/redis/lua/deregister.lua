-- Takes a worker off the list; what it has goes back, uncharged.
-- ARGV: epoch, worker. Returns { 'ok' }. Writes records, ready, leases, beats, events, wake.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local id = ARGV[2]
if not worker_at(id) then
  return { 'ok' }
end
put_worker(id, false)
call('ZREM', beats_key, id)
for _, member in ipairs(call('ZRANGE', leases_key, 0, -1)) do
  local key = key_of(member)
  local job = get(key)
  if job and job[WORKER] == id then
    give_back(key)
  end
end
log('worker-left', id, '')
return finish({ 'ok' })
