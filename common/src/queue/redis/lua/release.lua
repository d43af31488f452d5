-- Gives a job back unfinished, uncharged.
-- ARGV: epoch, job, token. Returns { 'requeued' }, { 'cancelled' } or { 'stale' }.
-- Writes records, ready, leases, wake.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
if not held(ARGV[2], ARGV[3]) then
  return { 'stale' }
end
return finish({ give_back(ARGV[2]) })
