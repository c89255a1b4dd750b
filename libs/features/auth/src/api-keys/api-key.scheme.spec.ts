import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { UserDto, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, TestFeatures } from '@gatehouse/users/testing';
import { ApiKeyScheme } from './api-key.scheme.js';
import { newApiKey } from './api-key-secret.js';
import { ApiKeysService } from './api-keys.service.js';
import { client, queriesOf, startAuth } from '../testing.js';

const admin = callerOf('admin');

let here: TestFeatures;
let there: TestFeatures;
let owner: UserDto;
let key: string;
let keyId: string;

beforeAll(async () => {
  here = await startAuth();
  there = await here.another();
});
afterAll(async () => {
  await there.stop();
  await here.stop();
});
afterEach(() => void vi.useRealTimers());

beforeEach(async () => {
  owner = await here.context.get(UsersService).create(newAccount({ role: 'moderator' }), admin);
  ({ key, id: keyId } = await create());
});

const create = (expiresAt?: Date) =>
  here.context
    .get(ApiKeysService)
    .create({ name: 'x', permissions: ['users.read'], expiresAt }, { ...admin, id: owner.id }, client());
const authenticate = async ({ context } = here, value = key) =>
  context.get(ApiKeyScheme).authenticate({ headers: { 'x-api-key': value } } as unknown as FastifyRequest);

it('queries the database once a minute', async () => {
  expect(await queriesOf(here, authenticate)).toBe(1);
  expect(await queriesOf(here, authenticate)).toBe(0);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  expect(await queriesOf(here, authenticate)).toBe(1);
});

it('does not query for a text that cannot be a key', async () => {
  const mistyped = newApiKey().slice(0, -1) + '!';
  expect(await queriesOf(here, () => authenticate(here, mistyped).catch(() => undefined))).toBe(0);
  await expect(authenticate(here, mistyped)).rejects.toThrow('Invalid API Key');
});

it('acts for its owner, with the permissions that both have and no session', async () => {
  const principal = (await authenticate())!;
  expect(principal).toMatchObject({
    id: owner.id,
    username: owner.username,
    role: 'moderator',
    apiKeyId: keyId,
  });
  expect(principal.sessionId).toBeUndefined();
  expect([principal.can('users.read'), principal.can('users.write')]).toEqual([true, false]);
});

it('loses the permissions that its owner loses, in every process', async () => {
  expect((await authenticate(there))!.can('users.read')).toBe(true);
  await here.context.get(UsersService).update(owner.id, { role: 'user' }, admin);
  for (const process of [here, there]) expect((await authenticate(process))!.can('users.read')).toBe(false);
});

it('ends with its deletion, in every process, even during a look-up', async () => {
  for (let round = 0; round < 10; round++) {
    ({ key, id: keyId } = await create());
    const lookUps = [authenticate(here), authenticate(there)];
    const removal = here.context.get(ApiKeysService).remove(keyId, { ...admin, id: owner.id }, client());
    await Promise.all([removal, Promise.allSettled(lookUps)]);
    for (const process of [here, there])
      await expect(authenticate(process)).rejects.toThrow('Invalid API Key');
  }
});

it('expires although it is cached', async () => {
  const end = new Date(Date.now() + 30_000);
  ({ key } = await create(end));
  await authenticate();
  vi.useFakeTimers({ toFake: ['Date'], now: end.getTime() - 1 });
  expect(await queriesOf(here, authenticate)).toBe(0);
  vi.useFakeTimers({ toFake: ['Date'], now: end.getTime() });
  await here.context
    .get(DataSource)
    .query('UPDATE api_keys SET expires_at = now() WHERE expires_at = $1', [end]);
  await expect(authenticate()).rejects.toThrow('Invalid API Key');
});
