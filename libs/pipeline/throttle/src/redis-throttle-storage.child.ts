import { RedisConnection } from '@gatehouse/redis';
import { RedisThrottleStorage } from './redis-throttle-storage.js';

const [url, key, limit, ttlMs, times] = process.argv.slice(2) as [string, string, string, string, string];

const redis = new RedisConnection(url);
const storage = new RedisThrottleStorage(redis);
redis.client!.on('ready', () => process.send!('ready'));
redis.onModuleInit();

process.on('message', () => void hitAll());

async function hitAll(): Promise<void> {
  const hits = Array.from({ length: Number(times) }, () => storage.hit(key, Number(limit), Number(ttlMs)));
  const verdicts = await Promise.all(hits);
  process.send!(verdicts.filter(({ passed }) => passed).length, () => process.exit());
}
