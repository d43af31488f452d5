-- How attempts end.

-- Remembers that the attempt of the worker that has a job failed.
local function charge_worker(job)
  if job[WORKER] ~= '' and not contains(job[FAILED_ON], job[WORKER]) then
    job[FAILED_ON] = job[FAILED_ON] .. job[WORKER] .. ','
  end
end

-- Ends a job with a commit, and tells the jobs that wait for it.
local function done(key, commit)
  local job, id = get(key), episode_of(key)
  job[NOTE] = commit
  enter(key, DONE, 0)
  for index in items(job[CHILDREN]) do
    local child = id .. '.' .. index
    local waiting = get(child)
    if waiting and waiting[STATE] == BLOCKED then
      waiting[NEEDS] = waiting[NEEDS] - 1
      put(child, waiting)
      if waiting[NEEDS] == 0 then
        offer(child)
      end
    end
  end
end
