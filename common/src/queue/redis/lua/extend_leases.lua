-- Gives every lease and every worker its full time again.
-- ARGV: epoch, lease. Returns { 'ok', leases }. Writes leases, beats.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local deadline = now + tonumber(ARGV[2])
local members = call('ZRANGE', leases_key, 0, -1)
for _, member in ipairs(members) do
  extend(key_of(member), deadline)
end
for _, id in ipairs(call('ZRANGE', beats_key, 0, -1)) do
  call('ZADD', beats_key, whole(now), id)
end
return { 'ok', #members }
