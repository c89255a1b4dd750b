import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';

const FIRST = randomBytes(48).toString('base64');
const SECOND = randomBytes(48).toString('base64');
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PRIVATE_PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const PUBLIC_PEM = publicKey.export({ type: 'spki', format: 'pem' }) as string;

let database: TestDatabase;
let api: ApiProcess | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => api?.stop());
afterAll(() => database.drop());

/** Restarts the application with these keys. */
async function restart(keys: Record<string, string>): Promise<void> {
  await api?.stop();
  api = await ApiProcess.start({ DATABASE_URL: database.url, ...keys });
}

async function statusOf(token: string): Promise<number> {
  return (await api!.client.get('/api/v1/users/me', { token })).status;
}

it('a token survives a new key only if the old key is configured as a previous one', async () => {
  await restart({ JWT_SECRET: FIRST });
  const first = await api!.client.tokenOf('demo');

  await restart({ JWT_SECRET: SECOND, JWT_PREVIOUS_SECRETS: FIRST });
  const second = await api!.client.tokenOf('demo');
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);

  const es256 = { JWT_SECRET: SECOND, JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY: PRIVATE_PEM };
  await restart({ ...es256, JWT_PREVIOUS_SECRETS: SECOND });
  const third = await api!.client.tokenOf('demo');
  expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([401, 200, 200]);

  await restart({ JWT_SECRET: FIRST, JWT_PREVIOUS_PUBLIC_KEYS: PUBLIC_PEM });
  expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([200, 401, 200]);
});
