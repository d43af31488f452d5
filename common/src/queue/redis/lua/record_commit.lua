-- Marks a job done whose commit is in the store, whoever has the job now.
-- ARGV: epoch, job, commit. Returns { 'done' }, { 'repeat' }, { 'cancelled' } or { 'no-job' }.
-- Writes all but beats.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local key = ARGV[2]
local job = get(key)
if not job then
  return { 'no-job' }
end
if job[STATE] == DONE then
  return { 'repeat' }
end
if job[STATE] == CANCELLED then
  return { 'cancelled' }
end
done(key, ARGV[3])
return finish({ 'done' })
