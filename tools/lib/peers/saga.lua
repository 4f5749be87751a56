-- KEYS: the saga's stream, and the participant's if the step has one. ARGV: the saga's version, the record.
-- The saga's version is what makes a repeated step known.
local version = redis.call('XLEN', KEYS[1])
if version ~= tonumber(ARGV[1]) then return redis.error_reply('CONFLICT the version is ' .. version) end
if KEYS[2] then redis.call('XADD', KEYS[2], '*', 'b', ARGV[2]) end
redis.call('XADD', KEYS[1], (version + 1) .. '-0', 'b', ARGV[2])
return version + 1
