-- Lets nobody claim anything, or everybody again.
-- ARGV: epoch, 0 or 1. Returns { 'ok' }. Writes records.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
call('HSET', records_key, '#paused', ARGV[2])
return { 'ok' }
