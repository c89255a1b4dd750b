import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkViolation } from '@gatehouse/database';
import { ValidationPipe } from '@gatehouse/validation';
import { UpdateUserDto } from './user.dto.js';
import { roles } from './roles.js';
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

it.each(roles)('the table takes the role %s', async (role) => {
  await expect(insert({ username: role, email: `${role}@example.com`, role })).resolves.toBeDefined();
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

/** Addresses in which every part may contain invalid characters. */
const oddAddress = (() => {
  const odd = fc.constantFrom(
    ...'aZ1.-+"@\\ \t\u0001\u0085\u00a0\u00ad\u200b\u202e\u3000\ufe0fİ\u212aßΣ例😀',
  );
  const text = (maxLength: number) => fc.array(odd, { maxLength }).map((characters) => characters.join(''));
  const local = fc.oneof(
    text(3),
    text(3).map((quoted) => `"${quoted}"`),
    fc.string({ unit: 'binary' }),
  );
  const host = fc.oneof(fc.constant('example'), text(3));
  return fc.tuple(local, host, text(1)).map(([name, domain, end]) => `${name}@${domain}.com${end}`);
})();

it('accepts every email that the DTOs accept', async () => {
  let taken = 0;
  const pipe = new ValidationPipe();
  const isTaken = async (address: string) => {
    const fields = await pipe
      .read(UpdateUserDto, { email: address }, { name: 'body', form: 'json' })
      .catch(() => undefined);
    if (!fields) return;
    await insert({ ...fields });
    await dataSource.query('TRUNCATE users CASCADE');
    taken++;
  };
  const examples: [string][] = [['"a@x"@example.com'], ['"a\u00a0b"@example.com'], ['İ@EXAMPLE.com']];
  await fc.assert(fc.asyncProperty(oddAddress, isTaken), { numRuns: 2000, examples });
  expect(taken).toBeGreaterThan(20);
});
