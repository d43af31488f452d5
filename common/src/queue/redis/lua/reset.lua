-- Forgets everything but the log, and begins an epoch above the last.
-- ARGV: epoch. Returns { 'ok' } or { 'epoch', current }. Writes every key but events.
local current, canary = unpack(call('HMGET', records_key, '#epoch', '#canary'))
if current and tonumber(ARGV[1]) <= tonumber(current) then
  return { 'epoch', current }
end
for _, key in ipairs(KEYS) do
  if key ~= events_key then
    call('UNLINK', key)
  end
end
call('HSET', records_key, '#epoch', ARGV[1], '#canary', canary or 0)
return { 'ok' }
