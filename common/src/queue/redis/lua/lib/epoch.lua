-- ARGV[1] is the epoch that the caller works in. In another one nothing is done.
local epoch, paused = unpack(call('HMGET', meta_key, 'epoch', 'paused'))
if epoch ~= ARGV[1] then
  return { 'epoch', epoch or '' }
end
paused = paused == '1'
