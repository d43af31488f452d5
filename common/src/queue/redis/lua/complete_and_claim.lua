-- Ends an attempt with a commit and claims the next job.
-- ARGV: epoch, job, token, commit, blame that blocks a worker, for how long, then as lib/claim.lua says.
-- Returns { what came of the completion as complete does, then as claim does }. Writes all but beats, dead.
local refusal = other_epoch(ARGV[1], ARGV[2], episode_of(ARGV[2]))
if refusal then
  return refusal
end
local word = complete(ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]))
return finish({ word, unpack(claim(ARGV, 7)) })
