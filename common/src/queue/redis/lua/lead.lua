-- Asks to lead the scheduler's rounds, in any epoch or none.
-- ARGV: who, for how long from now. Returns { 'ok', whether it leads (0 or 1) }. Writes records.
local leader = get('#leader')
if leader and leader[1] ~= ARGV[1] and now < leader[2] then
  return { 'ok', 0 }
end
put('#leader', { ARGV[1], now + tonumber(ARGV[2]) })
return finish({ 'ok', 1 })
