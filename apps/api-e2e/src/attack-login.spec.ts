import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestGuess } from './support/overlap.js';
import { type Answer, PASSWORD, TestApp } from './support/test-app.js';

const ATTEMPTS = 10;

let app: TestApp;
let made = 0;
let addresses = 0;

beforeAll(async () => {
  app = await TestApp.start({
    LOGIN_ATTEMPTS: String(ATTEMPTS),
    TRUST_PROXY: 'loopback',
    // What a hash costs here must stand out from what the machine does beside.
    ARGON2_MEMORY_KIB: '16384',
    ARGON2_PASSES: '2',
  });
});
afterAll(() => app.stop());

/** An address that nobody else of this spec has. */
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
  it('exactly ten of 100 guesses at the same moment are checked', async () => {
    const [victim, from] = [await newUser(), newAddress()];
    const guesses = Array.from({ length: 100 }, (_, i) => logIn(victim, `Wrong${i}Password`, from));
    const answers = await Promise.all(guesses);
    expect([count(answers, 401), count(answers, 429)]).toEqual([ATTEMPTS, 100 - ATTEMPTS]);
    expect((await logIn(victim, PASSWORD, from)).status).toBe(429);
    expect((await logIn(victim, PASSWORD, newAddress())).status).toBe(200);
  });

  it('an unknown name is refused exactly as an account is', async () => {
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

  it('from many addresses locks out other addresses, but not where the victim logs in from', async () => {
    const [victim, home] = [await newUser(), newAddress()];
    expect((await logIn(victim, PASSWORD, home)).status).toBe(200);
    for (let i = 0; i < ATTEMPTS; i++) {
      const from = newAddress();
      const guesses = Array.from({ length: ATTEMPTS }, () => logIn(victim, 'Wrong1Password', from));
      expect(count(await Promise.all(guesses), 401)).toBe(ATTEMPTS);
    }
    expect((await logIn(victim, PASSWORD, newAddress())).status).toBe(429);
    expect((await logIn(victim, PASSWORD, home)).status).toBe(200);
    expect((await logIn(victim, 'Wrong1Password', home)).status).toBe(401);
  });
});

it('takes as long for an unknown user as for a wrong password', { timeout: 60_000 }, async () => {
  const victim = await newUser();
  const time = async (username: string): Promise<number> => {
    const from = newAddress();
    const startedAt = performance.now();
    expect((await logIn(username, 'Wrong1Password', from)).status).toBe(401);
    return performance.now() - startedAt;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  // In pairs, so that whatever else the machine does meets both; fewer than lock the victim.
  for (let i = 0; i < 80; i++) {
    if (i % 2 === 0) known.push(await time(victim));
    unknown.push(await time(`nobody-${i}`));
    if (i % 2 === 1) known.push(await time(victim));
  }
  expect(bestGuess(known, unknown)).toBeLessThan(0.75);
});
