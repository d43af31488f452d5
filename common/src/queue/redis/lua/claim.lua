-- Claims a job for a worker: by tag, among the first ones rather one whose references the worker holds.
-- ARGV: epoch, worker, nonce, whether this claim may have been made already (0 or 1), lease, patience, warm bound,
--   number of pools, pools…, warm affinities…
-- Returns { 'granted', job, token, attempt, payload, checkpoints… }, { 'nothing' }, { 'draining' } or
--   { 'no-worker' }. Writes all but beats, dead.
local refusal = other_epoch(ARGV[1], '@' .. ARGV[2])
if refusal then
  return refusal
end
local worker_id, nonce, lease_ms, patience, warm_bound =
  ARGV[2], ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local FIRST_POOL, pools = 9, tonumber(ARGV[8])

local worker = worker_at(worker_id)
if not worker then
  return { 'no-worker' }
end
local repeated = ARGV[4] == '1' and granted(nonce)
if repeated then
  return lease_reply(repeated)
end
if worker[W_STATE] == DRAINING then
  return { 'draining' }
end
if paused or now < worker[W_BLOCKED_UNTIL] then
  return { 'nothing' }
end

local warm = {}
for i = FIRST_POOL + pools, #ARGV do
  warm[ARGV[i]] = true
end

for i = FIRST_POOL, FIRST_POOL + pools - 1 do
  local key = pick(ARGV[i], worker_id, warm, patience, warm_bound)
  if key then
    grant(key, worker_id, nonce, lease_ms)
    return finish(lease_reply(key))
  end
end
return finish({ 'nothing' })
