-- Whether nothing may be claimed.
local epoch, paused

-- ARGV[1] of most functions is the epoch that the caller works in. In another one nothing is done: this gives the answer
-- to return instead. Two records that the function is sure to need come along.
local function other_epoch(ours, one, other)
  local found = call('HMGET', records_key, '#epoch', '#paused', one or '', other or '')
  epoch, paused = found[1], found[2] == '1'
  if epoch ~= ours then
    return { 'epoch', epoch or '' }
  end
  if one then
    keep(one, found[3])
  end
  if other then
    keep(other, found[4])
  end
end
