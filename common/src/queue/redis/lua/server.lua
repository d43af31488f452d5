-- What the server is.
-- ARGV: none. Returns { 'ok', version, what it does when memory is full }. Reads no key.
local version = string.match(call('INFO', 'server'), 'redis_version:([%w%.]+)')
return { 'ok', version or '', string.match(call('INFO', 'memory'), 'maxmemory_policy:([%w%-]+)') or '' }
