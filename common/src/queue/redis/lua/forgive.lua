-- Lifts the block of a worker.
-- ARGV: epoch, worker. Returns { 'ok' } or { 'no-worker' }. Writes records.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local worker = worker_at(ARGV[2])
if not worker then
  return { 'no-worker' }
end
worker[W_BLAME], worker[W_BLOCKED_UNTIL] = 0, 0
put_worker(ARGV[2], worker)
return finish({ 'ok' })
