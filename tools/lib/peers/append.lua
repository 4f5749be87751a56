-- KEYS: the command's id, its stream. ARGV: the expected version, the event.
-- The version it made; of an id seen before the version that one made; else the conflict.
local version = redis.call('XLEN', KEYS[2])
if version ~= tonumber(ARGV[1]) or not redis.call('SET', KEYS[1], version + 1, 'NX') then
  local receipt = redis.call('GET', KEYS[1])
  return receipt and tonumber(receipt) or redis.error_reply('CONFLICT the version is ' .. version)
end
redis.call('XADD', KEYS[2], (version + 1) .. '-0', 'b', ARGV[2])
return version + 1
