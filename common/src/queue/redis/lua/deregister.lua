-- Takes a worker off the list; what it has goes back, uncharged.
-- ARGV: epoch, worker. Returns { 'ok' }. Writes all but delayed, dead.
local id = ARGV[2]
if not get(workers, id) then
  return { 'ok' }
end
put(workers, id, false)
call('ZREM', beats_key, id)
for _, member in ipairs(call('ZRANGE', leases_key, 0, -1)) do
  local key = key_of(member)
  local job = get(jobs, key)
  if job and job[WORKER] == id then
    give_back(key)
  end
end
log('worker-left', id, '')
return finish({ 'ok' })
