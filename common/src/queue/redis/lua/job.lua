-- A job as it is stored.
-- ARGV: epoch, job. Returns { 'ok', state, pool, attempt, progress, since, note } or { 'no-job' }. Reads records.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local job = get(ARGV[2])
if not job then
  return { 'no-job' }
end
return job_reply('ok', job)
