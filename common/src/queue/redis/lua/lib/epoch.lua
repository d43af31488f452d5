-- Whether nothing may be claimed.
local epoch, paused

-- ARGV[1] of most functions is the epoch that the caller works in. In another one nothing is done: this gives the answer
-- to return instead. Records that the function is sure to need come along.
local function other_epoch(ours, one, two, three)
  local found = call('HMGET', records_key, '#epoch', '#paused', one or '', two or '', three or '')
  epoch, paused = found[1], found[2] == '1'
  if epoch ~= ours then
    return { 'epoch', epoch or '' }
  end
  if one then
    keep(one, found[3])
  end
  if two then
    keep(two, found[4])
  end
  if three then
    keep(three, found[5])
  end
end
