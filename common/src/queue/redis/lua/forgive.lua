-- Lifts the block of a worker.
-- ARGV: epoch, worker. Returns { 'ok' } or { 'no-worker' }. Writes workers.
local worker = get(workers, ARGV[2])
if not worker then
  return { 'no-worker' }
end
worker[W_BLAME], worker[W_BLOCKED_UNTIL] = 0, 0
put(workers, ARGV[2], worker)
return finish({ 'ok' })
