import { createClient, type RedisClientType } from '@redis/client';

const DATABASES = 16;

/** An empty database on the server of `REDIS_URL`, for this run only. */
export interface BenchRedis {
  url: string;
  clear(): Promise<void>;
}

/** @returns `undefined` when `REDIS_URL` is not set, or no database of the server is empty */
export async function findRedis(): Promise<BenchRedis | undefined> {
  const given = process.env['REDIS_URL'];
  if (!given) return undefined;
  for (let number = DATABASES - 1; number > 0; number--) {
    const url = Object.assign(new URL(given), { pathname: `/${number}` }).href;
    if ((await onRedis(url, (client) => client.dbSize())) > 0) continue;
    return { url, clear: () => onRedis(url, (client) => client.flushDb()).then(() => undefined) };
  }
  return undefined;
}

async function onRedis<T>(url: string, work: (client: RedisClientType) => Promise<T>): Promise<T> {
  const client: RedisClientType = createClient({ url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
