-- Dead jobs, the latest first.
-- ARGV: epoch, how many. Returns { 'ok', { job, time of death, reason }… }. Reads records, dead.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local reply = { 'ok' }
local found = call('ZRANGE', dead_key, 0, tonumber(ARGV[2]) - 1, 'REV', 'WITHSCORES')
for i = 1, #found, 2 do
  local key = key_of(found[i])
  local job = get(key)
  if job then
    insert(reply, { key, tonumber(found[i + 1]), job[NOTE] })
  end
end
return reply
