import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisConnection } from '@gatehouse/redis';
import { describeWithRedisServer, RedisServer } from '@gatehouse/testing';
import { Mailbox } from '../support/mailbox.js';
import { bestGuess } from '../support/overlap.js';
import { type Answer, PASSWORD, TestApp } from '../support/test-app.js';

const ATTEMPTS = 10;

let app: TestApp;
let made = 0;
let addresses = 0;

beforeAll(async () => {
  app = await TestApp.start({
    WORKER: 'inside',
    LOGIN_ATTEMPTS: String(ATTEMPTS),
    TRUST_PROXY: 'loopback',
    // The cost of a hash must stand out from the noise of the machine.
    ARGON2_MEMORY_KIB: '16384',
    ARGON2_PASSES: '2',
  });
});
afterAll(() => app.stop());

/** An address not used elsewhere in this spec. */
const newAddress = (): string => `198.51.${Math.floor(++addresses / 250)}.${(addresses % 250) + 1}`;

const logIn = (username: string, password: string, from: string): Promise<Answer> =>
  app.request('POST', '/api/v1/auth/login', {
    body: { username, password },
    headers: { 'x-forwarded-for': from },
  });

async function newUser(): Promise<string> {
  const username = `victim-${++made}`;
  const body = { username, email: `${username}@example.com`, password: PASSWORD };
  const headers = { 'x-forwarded-for': newAddress() };
  expect((await app.request('POST', '/api/v1/auth/register', { body, headers })).status).toBe(201);
  return username;
}

const count = (answers: Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

describe('guessing passwords', () => {
  it('exactly ten of 100 concurrent guesses are checked', async () => {
    const [victim, from] = [await newUser(), newAddress()];
    const guesses = Array.from({ length: 100 }, (_, i) => logIn(victim, `Wrong${i}Password`, from));
    const answers = await Promise.all(guesses);
    expect([count(answers, 401), count(answers, 429)]).toEqual([ATTEMPTS, 100 - ATTEMPTS]);
    expect((await logIn(victim, PASSWORD, from)).status).toBe(429);
    expect((await logIn(victim, PASSWORD, newAddress())).status).toBe(200);
  });

  it('an unknown name is refused exactly like an account', async () => {
    const answersOf = async (username: string): Promise<unknown[]> => {
      const from = newAddress();
      const answers = [];
      for (let i = 0; i <= ATTEMPTS; i++) {
        const { status, headers, body } = await logIn(username, 'Wrong1Password', from);
        const { detail, type, title } = body;
        const seconds = headers.get('retry-after');
        answers.push({
          status,
          detail,
          type,
          title,
          retries: seconds !== null,
          limit: headers.get('ratelimit-limit'),
        });
      }
      return answers;
    };
    const ofAccount = await answersOf(await newUser());
    expect(await answersOf('no-such-user')).toEqual(ofAccount);
    expect(ofAccount.at(-1)).toMatchObject({
      status: 429,
      detail: 'Rate limit exceeded. Max 10 requests per 300 seconds',
      retries: true,
    });
  });

  /** Ten wrong passwords from each of ten addresses. */
  async function attack(victim: string): Promise<void> {
    for (let i = 0; i < ATTEMPTS; i++) {
      const from = newAddress();
      const guesses = Array.from({ length: ATTEMPTS }, () => logIn(victim, 'Wrong1Password', from));
      expect(count(await Promise.all(guesses), 401)).toBe(ATTEMPTS);
    }
  }

  it('from many addresses leaves new addresses one attempt, and the victim’s own addresses all of theirs', async () => {
    const [victim, home] = [await newUser(), newAddress()];
    expect((await logIn(victim, PASSWORD, home)).status).toBe(200);
    await attack(victim);
    expect((await logIn(victim, PASSWORD, newAddress())).status).toBe(200);
    const from = newAddress();
    const statuses = [];
    for (const password of ['Wrong1Password', 'Wrong2Password', PASSWORD])
      statuses.push((await logIn(victim, password, from)).status);
    expect(statuses).toEqual([401, 429, 429]);
    for (const status of [401, 401])
      expect((await logIn(victim, 'Wrong1Password', home)).status).toBe(status);
    expect((await logIn(victim, PASSWORD, home)).status).toBe(200);
  });

  it.each([
    [
      'a reset by mail',
      async (victim: string, from: string) => {
        const headers = { 'x-forwarded-for': from };
        const email = `${victim}@example.com`;
        await app.request('POST', '/api/v1/auth/forgot-password', { body: { email }, headers });
        const token = await new Mailbox(app).tokenTo(email);
        const body = { token, password: 'An0therPassword' };
        return app.request('POST', '/api/v1/auth/reset-password', { body, headers });
      },
    ],
    [
      'an administrator',
      async (victim: string, from: string) => {
        const { body } = await logIn('admin', PASSWORD, newAddress());
        const users = await app.request('GET', `/api/v1/users?q=${victim}`, { token: body.access_token });
        const path = `/api/v1/users/${users.body.items[0].id}/set-password`;
        const headers = { 'x-forwarded-for': from };
        return app.request('POST', path, {
          body: { password: 'An0therPassword' },
          token: body.access_token,
          headers,
        });
      },
    ],
  ])('is forgiven under every name and everywhere with a new password, set by %s', async (_, setPassword) => {
    const victim = await newUser();
    const names = [victim, `${victim}@example.com`];
    const home = newAddress();
    for (const name of names) {
      await attack(name);
      for (let i = 0; i < ATTEMPTS; i++) await logIn(name, 'Wrong1Password', home);
      expect((await logIn(name, PASSWORD, home)).status).toBe(429);
    }
    expect((await setPassword(victim, newAddress())).status).toBe(204);
    for (const name of names)
      for (const from of [home, newAddress()])
        expect((await logIn(name, 'An0therPassword', from)).status).toBe(200);
  });
});

describeWithRedisServer('guessing passwords while Redis runs out of memory', () => {
  it.each(['allkeys-lru', 'noeviction'])('exactly ten guesses are checked (%s)', async (policy) => {
    const redis = await RedisServer.reserve();
    await redis.start('--maxmemory', '3mb', '--maxmemory-policy', policy);
    const other = await TestApp.start({ LOGIN_ATTEMPTS: String(ATTEMPTS), REDIS_URL: redis.url });
    try {
      const statuses = [];
      for (let i = 0; i < 40; i++) {
        const body = { username: 'demo', password: `Wrong${i}Password` };
        statuses.push((await other.request('POST', '/api/v1/auth/login', { body })).status);
        await fill(other, i);
      }
      expect(statuses.filter((status) => status === 401)).toHaveLength(ATTEMPTS);
    } finally {
      await other.stop();
      await redis.stop();
    }
  });

  /** Fills the memory, as cached lists would. */
  async function fill({ app }: TestApp, round: number): Promise<void> {
    const { client } = app.get(RedisConnection);
    const sets = Array.from({ length: 40 }, (_, i) =>
      client!.set(`filling:${round}:${i}`, 'x'.repeat(100_000)).catch(() => undefined),
    );
    await Promise.all(sets);
  }
});

it('takes as long for an unknown user as for a wrong password', async () => {
  const victim = await newUser();
  const time = async (username: string): Promise<number> => {
    const from = newAddress();
    const startedAt = performance.now();
    expect((await logIn(username, 'Wrong1Password', from)).status).toBe(401);
    return performance.now() - startedAt;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  // In pairs, so that noise affects both; too few to lock the account.
  for (let i = 0; i < 80; i++) {
    if (i % 2 === 0) known.push(await time(victim));
    unknown.push(await time(`nobody-${i}`));
    if (i % 2 === 1) known.push(await time(victim));
  }
  expect(bestGuess(known, unknown)).toBeLessThan(0.75);
});
