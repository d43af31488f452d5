-- What the server is.
-- ARGV: none. Returns { 'ok', version, what it does when memory is full, bytes in use }. Reads no key.
local version = match(call('INFO', 'server'), 'redis_version:([%w%.]+)')
local memory = call('INFO', 'memory')
return {
  'ok', version or '', match(memory, 'maxmemory_policy:([%w%-]+)') or '',
  tonumber(match(memory, 'used_memory:(%d+)') or 0),
}
