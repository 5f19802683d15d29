import { createClient } from 'redis'
import type { Backoff, FailureCounts } from './failure-counts.ts'

/** Failure counts that all processes with the same REDIS_URL share. */
export interface SharedFailureCounts extends FailureCounts {
  close(): Promise<void>
}

const CONNECT_MS = 3000
const COMMAND_MS = 1000

/** KEYS: the count. ARGV: free, longestMs, memoryMs, now, and what to do: wait, take or add. */
const SCRIPT = `
local known = redis.call('HMGET', KEYS[1], 'count', 'at')
local count, at = tonumber(known[1]) or 0, tonumber(known[2]) or 0
local free, longest, memory, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if ARGV[5] ~= 'add' and count >= free then
  local left = at + math.min(1000 * 2 ^ math.min(count - free, 30), longest) - now
  if left > 0 then return math.ceil(left) end
end
if ARGV[5] ~= 'wait' then
  redis.call('HSET', KEYS[1], 'count', count + 1, 'at', now)
  redis.call('PEXPIRE', KEYS[1], memory)
end
return 0`

const GIVE_BACK = `
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or '0')
if count > 1 then redis.call('HINCRBY', KEYS[1], 'count', -1) else redis.call('DEL', KEYS[1]) end
return 0`

/**
 * Connects, and reconnects by itself later on. While Redis is away every call fails at once.
 * @throws the system's error when it cannot connect now
 */
export async function openRedisFailureCounts(url: string): Promise<SharedFailureCounts> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: (retries) => Math.min(retries * 100, 2000) },
    commandOptions: { timeout: COMMAND_MS },
  })
  // Calls fail by themselves; without a listener the event would end the process.
  client.on('error', () => undefined)
  await firstConnection(client)
  const run = async (key: string, { free, longestMs, memoryMs }: Backoff, now: number, what: string) => {
    const args = [free, longestMs, memoryMs, now].map(String)
    return Number(await client.eval(SCRIPT, { keys: [nameOf(key)], arguments: [...args, what] }))
  }
  return {
    wait: (key, backoff, now) => run(key, backoff, now, 'wait'),
    take: (key, backoff, now) => run(key, backoff, now, 'take'),
    add: async (key, backoff, now) => void (await run(key, backoff, now, 'add')),
    giveBack: async (key) => void (await client.eval(GIVE_BACK, { keys: [nameOf(key)], arguments: [] })),
    clear: async (key) => void (await client.del(nameOf(key))),
    close: async () => client.destroy(),
  }
}

/** `connect` itself would retry for ever; at the start a wrong address must be told. */
async function firstConnection(client: {
  connect(): Promise<unknown>
  once(event: 'error', listener: (error: Error) => void): unknown
  destroy(): void
}): Promise<void> {
  const failed = new Promise<never>((_, reject) => client.once('error', reject))
  try {
    await Promise.race([client.connect(), failed])
  } catch (error) {
    client.destroy()
    throw error
  }
}

function nameOf(key: string): string {
  return `kalends:failures:${key}`
}
