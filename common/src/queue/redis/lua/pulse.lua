-- Shows that the server is there, writes, and has forgotten nothing.
-- ARGV: none. Returns { 'ok', epoch or '', canary, the id of the server's history }. Writes records.
local epoch = call('HGET', records_key, '#epoch')
local canary = call('HINCRBY', records_key, '#canary', 1)
return { 'ok', epoch or '', canary, match(call('INFO', 'replication'), 'master_replid:(%w+)') or '' }
