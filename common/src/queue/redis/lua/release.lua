-- Gives a job back unfinished, uncharged.
-- ARGV: epoch, job, token. Returns { 'requeued' }, { 'cancelled' } or { 'stale' }.
-- Writes meta, flows, episodes, jobs, ready, leases, wake.
if not held(ARGV[2], ARGV[3]) then
  return { 'stale' }
end
return finish({ give_back(ARGV[2]) })
