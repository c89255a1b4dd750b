import { fileURLToPath } from 'node:url';
import { expect, send } from './http.js';
import { bearer, secrets } from './secrets.js';
import { ServerProcess } from './server-process.js';

export const POOL_SIZE = 20;

const main = fileURLToPath(new URL('../../../apps/api/dist/main.js', import.meta.url));

export interface Gatehouse {
  server: ServerProcess;
  /** An administrator's access token. */
  token: string;
}

/** The options of Node in `npm start`. */
const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=16', '--heap-growing-percent=25'];

/**
 * Starts the API like `npm start`. Not in production mode, which refuses `THROTTLE_DISABLED`: with it every limit is
 * a million times as high, and everything is still counted.
 */
export async function startGatehouse(
  databaseUrl: string,
  variables: Record<string, string> = {},
): Promise<Gatehouse> {
  const server = await ServerProcess.start([...NODE_OPTIONS, main], {
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    THROTTLE_DISABLED: 'true',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: String(POOL_SIZE),
    JWT_SECRET: secrets.jwt,
    PAYMENT_WEBHOOK_SECRET: secrets.webhook,
    // The buyers of the bench never pay.
    TICKET_MAX_UNPAID: '1000000',
    ACCESS_TOKEN_TTL_SECONDS: '86400',
    ADMIN_USERNAME: 'bench',
    ADMIN_EMAIL: 'bench@bench.invalid',
    ADMIN_PASSWORD: secrets.adminPassword,
    ...variables,
  });
  const answer = await send(server.url, '/api/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'bench', password: secrets.adminPassword }),
  });
  expect('the status of the log-in', answer.status, 200);
  return { server, token: (JSON.parse(answer.text) as { access_token: string }).access_token };
}

/** @throws {Error} naming a stage that does not refuse or count as required */
export async function checkStages({ server: { url }, token }: Gatehouse): Promise<void> {
  const list = '/api/v1/books';
  const json = { 'content-type': 'application/json' };
  const method = await send(url, list, { method: 'DELETE', headers: bearer(token) });
  expect('the method stage: DELETE /books', method.status, 405);
  const authentication = await send(url, list, { headers: bearer(`${token.slice(0, -2)}xx`) });
  expect('the authentication stage: a forged token', authentication.status, 401);
  const permissions = await send(url, list, { method: 'POST', headers: json, body: '{}' });
  expect('the permissions stage: an anonymous POST', permissions.status, 401);
  const validation = await send(url, `${list}?unknown=1`, { headers: bearer(token) });
  expect('the validation stage: an unknown field', validation.status, 422);
  const remaining = async (): Promise<number> => {
    const { headers } = await send(url, list, { headers: bearer(token) });
    return Number(headers.get('ratelimit-remaining') ?? NaN);
  };
  expect('the throttle stage: a count that goes down', (await remaining()) - (await remaining()), 1);
}
