-- Remembers that an attempt has begun to paint.
-- ARGV: epoch, job, token. Returns { 'recorded' } or { 'stale' }. Writes records.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local job = held(ARGV[2], ARGV[3])
if not job then
  return { 'stale' }
end
if not job[BEGUN] then
  job[BEGUN] = true
  put(ARGV[2], job)
end
return finish({ 'recorded' })
