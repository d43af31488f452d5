-- Sending dead jobs back.
local function revive(key)
  local job = get(key)
  job[ATTEMPT], job[LOST], job[RESOURCE], job[FAILED_ON], job[NOTE] = 0, 0, 0, '', ''
  log('job-requeued', key, '')
  offer(key)
end

local function refuse_cancelled(id)
  return refused('episode ' .. id, 'is cancelled; submit it anew')
end
