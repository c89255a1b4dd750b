import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { FastifyRequest } from 'fastify';
import { ProcessBus } from '@gatehouse/process-bus';
import { UserDto, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, TestFeatures } from '@gatehouse/users/testing';
import { CookieScheme } from './cookie.scheme.js';
import { CookieSessionsService } from './cookie-sessions.service.js';
import { Session } from '../sessions/session.entity.js';
import { client, queriesOf, startAuth } from '../testing.js';

let features: TestFeatures;
let scheme: CookieScheme;
let user: UserDto;
let cookie: string;

beforeAll(async () => {
  features = await startAuth();
  scheme = features.context.get(CookieScheme);
});
afterAll(() => features.stop());
afterEach(() => void vi.useRealTimers());

beforeEach(async () => {
  const account = newAccount();
  user = await features.context.get(UsersService).create(account, callerOf('admin'));
  await features.context.get(CookieSessionsService).begin(account, client(), {
    sent: undefined,
    set: (value) => (cookie = value.split(';')[0]!),
  });
});

const request = (method = 'GET') =>
  ({
    method,
    headers: { cookie },
    gate: { address: '192.0.2.1' },
    routeOptions: { config: {} },
  }) as unknown as FastifyRequest;
const authenticate = async () => scheme.authenticate(request());

it('queries the database once, and then answers from the cache', async () => {
  expect(await queriesOf(features, authenticate)).toBe(1);
  const known = scheme.authenticate(request());
  expect(known).not.toBeInstanceOf(Promise);
  expect(known).toMatchObject({ id: user.id, username: user.username, role: 'user' });
  expect(await queriesOf(features, authenticate)).toBe(0);
});

it('queries again after three minutes, which updates the last use', async () => {
  await authenticate();
  const lastUse = async () => {
    const { manager } = features.context.get(DataSource);
    return (await manager.findOneByOrFail(Session, { userId: user.id })).lastUsedAt.getTime();
  };
  const before = await lastUse();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 179_000 });
  expect(await queriesOf(features, authenticate)).toBe(0);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2_000 });
  expect(await queriesOf(features, authenticate)).toBe(1);
  expect(await lastUse()).toBeGreaterThan(before);
});

it('queries each time while the process does not receive changes', async () => {
  await authenticate();
  const deaf = vi.spyOn(features.context.get(ProcessBus), 'connected', 'get').mockReturnValue(false);
  expect(await queriesOf(features, authenticate)).toBe(1);
  expect(await queriesOf(features, authenticate)).toBe(1);
  deaf.mockRestore();
});

it('refuses a write from another site, cached or not', async () => {
  const post = async () => scheme.authenticate(request('POST'));
  await expect(post()).rejects.toThrow('Cross-site request refused');
  await expect(post()).rejects.toThrow('Cross-site request refused');
  expect(await authenticate()).toMatchObject({ id: user.id });
});
