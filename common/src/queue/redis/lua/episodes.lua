-- Every episode.
-- ARGV: epoch. Returns { 'ok', { episode, then as episode does }… }. Reads records, episodes.
local refusal = other_epoch(ARGV[1])
if refusal then
  return refusal
end
local ids = call('SMEMBERS', episodes_key)
table.sort(ids)
local reply = { 'ok' }
for _, id in ipairs(ids) do
  local status = status_reply(get(id))
  status[1] = id
  insert(reply, status)
end
return reply
