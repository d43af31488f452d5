-- Ends an attempt with a commit.
-- ARGV: epoch, job, token, commit, blame that blocks a worker, for how long.
-- Returns { 'done' }, { 'repeat' }, { 'stale' } or { 'cancelled' }. Writes records, ready, leases, events, wake.
local refusal = other_epoch(ARGV[1], ARGV[2], episode_of(ARGV[2]))
if refusal then
  return refusal
end
return finish({ complete(ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])) })
