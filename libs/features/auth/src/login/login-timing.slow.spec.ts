import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cpuMs } from '@gatehouse/testing';
import { newAccount, type TestFeatures } from '@gatehouse/users/testing';
import { client, startAuth } from '../testing.js';
import { AuthService } from './auth.service.js';

let features: TestFeatures;
let auth: AuthService;
let known: string;

beforeAll(async () => {
  features = await startAuth({ THROTTLE_DISABLED: 'true' });
  auth = features.context.get(AuthService);
  const { username, email, password, tags } = newAccount();
  known = (await auth.register({ username, email, password, tags })).username;
});
afterAll(() => features.stop());

const fail = (username: string) =>
  auth.login({ username, password: 'Wrong1Password' }, client()).then(
    () => expect.fail('logged in'),
    () => undefined,
  );

it('a failed log-in sends the same statements, whether or not the name exists', async () => {
  const query = vi.spyOn(features.context.get(DataSource).logger, 'logQuery');
  const statementsOf = async (username: string) => {
    query.mockClear();
    await fail(username);
    const statements = query.mock.calls.map(([sql]) => sql);
    // Writes after the response are not awaited, and must not count for the next one.
    await sleep(200);
    return statements;
  };
  const statements = await statementsOf(known);
  expect(statements).not.toEqual([]);
  expect(await statementsOf('nobody')).toEqual(statements);
  expect(await statementsOf('nobody@example.com')).toHaveLength(statements.length);
  query.mockRestore();
});

it('a failed log-in takes the same time, whether or not the name exists', { retry: 8 }, async () => {
  const times: Record<string, number[]> = { [known]: [], nobody: [] };
  for (let i = 0; i < 400; i++) {
    for (const name of i % 2 ? [known, 'nobody'] : ['nobody', known]) {
      times[name]!.push(await cpuMs(() => fail(name)));
      // As above, as far as it takes time of this process.
      await sleep(4);
    }
  }
  const [a, b] = Object.values(times).map((all) => all.toSorted((x, y) => x - y)[all.length / 4]!);
  expect(Math.abs(a! - b!)).toBeLessThan(0.04 * Math.min(a!, b!));
});
