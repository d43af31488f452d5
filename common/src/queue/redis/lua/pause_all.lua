-- Lets nobody claim anything, or everybody again.
-- ARGV: epoch, 0 or 1. Returns { 'ok' }. Writes meta.
call('HSET', meta_key, 'paused', ARGV[2])
return { 'ok' }
