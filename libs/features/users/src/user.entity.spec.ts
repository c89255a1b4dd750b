import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkViolation } from '@gatehouse/database';
import { startFeatures, TestFeatures } from './testing.js';
import { User } from './user.entity.js';
import { UsersModule } from './users.module.js';

let features: TestFeatures;
let dataSource: DataSource;

beforeAll(async () => {
  features = await startFeatures([UsersModule]);
  dataSource = features.context.get(DataSource);
});

afterAll(() => features.stop());

const insert = (changes: object) =>
  dataSource.manager.insert(User, {
    id: uuidv7(),
    username: 'ada',
    email: 'ada@example.com',
    passwordHash: 'x',
    ...changes,
  });

it('agrees with the migration', async () => {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

describe('the table refuses what the DTOs refuse', () => {
  it.each([
    ['users_username_check', { username: 'ab' }],
    ['users_username_check', { username: 'a b c' }],
    ['users_email_check', { email: 'Ada@example.com' }],
    ['users_email_check', { email: 'no address' }],
    ['users_full_name_check', { fullName: '' }],
    ['users_age_check', { age: -1 }],
    ['users_age_check', { age: 151 }],
    ['users_tags_check', { tags: Array.from({ length: 51 }, () => 'x') }],
    ['users_tags_check', { tags: [null] }],
    ['users_role_check', { role: 'root' }],
  ])('%s: %j', async (constraint, changes) => {
    await expect(insert(changes)).rejects.toSatisfy((error) => checkViolation(error) === constraint);
  });
});
