-- Claims a job for a worker: by tag, among the first ones rather one whose references the worker holds.
-- ARGV: epoch, then as lib/claim.lua says. Returns as it says. Writes all but beats, dead.
local refusal = other_epoch(ARGV[1], '@' .. ARGV[2])
if refusal then
  return refusal
end
return finish(claim(ARGV, 2))
