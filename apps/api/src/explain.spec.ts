import { randomBytes } from 'node:crypto';
import { loadEnvironment } from '@gatehouse/config';
import { createLogger } from '@gatehouse/observability';
import { expect, it } from 'vitest';
import { explain } from './explain.js';
import { features } from './features.js';

const SECRET = randomBytes(32).toString('base64url');
const PASSWORD = randomBytes(12).toString('hex');

function written(text: string): string {
  const lines: string[] = [explain(new Error(text)), explain(text)];
  const logger = createLogger('trace', { write: (line) => void lines.push(line) });
  logger.info(text);
  logger.warn({ note: [text], err: new Error(text, { cause: new Error(text) }) });
  return lines.join('');
}

it.each(['ghk_', 'ghr_', 'ghs_', 'gha_', 'whsec_', 'sk_live_', 'sk_test_', 'rk_live_'])(
  'no %s… is in a log line or a start error, since a feature registers the kind',
  (prefix) => {
    expect(features.length).toBeGreaterThan(0);
    for (const before of ['', 'a thing: ', '/reset/token%3D', '{"it":"']) {
      expect(written(`${before}${prefix}${SECRET}`)).not.toContain(SECRET.slice(8));
    }
  },
);

it.each([
  ['MAIL_URL', `smtp://api:${PASSWORD}1@mail.example:587`, `${PASSWORD}1`],
  ['DATABASE_URL', `postgres://api:${PASSWORD}%402@db/app`, `${PASSWORD}@2`],
  ['REDIS_URL', `redis://:${PASSWORD}3@cache:6379`, `${PASSWORD}3`],
  ['JWT_SECRET', `${PASSWORD}4${SECRET}`, `${PASSWORD}4${SECRET}`],
  ['ADMIN_PASSWORD', `${PASSWORD}5`, `${PASSWORD}5`],
])('what is secret in %s is in no log line and no start error', (name, value, secret) => {
  loadEnvironment({ NODE_ENV: 'development', [name]: value });
  for (const text of [secret, value, `535 ${secret} refused`]) expect(written(text)).not.toContain(secret);
});

it('names an invalid setting without its value', () => {
  const read = (): unknown =>
    loadEnvironment({ DATABASE_URL: `postgres//api:${PASSWORD}6@mail`, REDIS_URL: `${PASSWORD}7` });
  try {
    read();
    expect.unreachable();
  } catch (error) {
    expect(explain(error)).toContain('DATABASE_URL');
    expect(explain(error)).not.toContain(PASSWORD);
  }
});
