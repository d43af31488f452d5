-- Every episode.
-- ARGV: epoch. Returns { 'ok', { episode, then as episode does }… }. Reads episodes.
local ids = call('HKEYS', episodes_key)
table.sort(ids)
local reply = { 'ok' }
for _, id in ipairs(ids) do
  local status = status_reply(get(episodes, id))
  status[1] = id
  table.insert(reply, status)
end
return reply
