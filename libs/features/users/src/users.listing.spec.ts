import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ValidationProblem } from '@gatehouse/http';
import type { CursorPageOf, PageOf } from '@gatehouse/listing';
import { type Role, roles } from './roles.js';
import { ValidationPipe } from '@gatehouse/validation';
import { ListUsersQuery, type UserDto } from './user.dto.js';
import { startFeatures, TestFeatures } from './testing.js';
import { UsersModule } from './users.module.js';
import { UsersService } from './users.service.js';

const SIZE = 5_000;

let features: TestFeatures;
let users: UsersService;
let dataSource: DataSource;

beforeAll(async () => {
  features = await startFeatures([UsersModule]);
  users = features.context.get(UsersService);
  dataSource = features.context.get(DataSource);
  // Every tenth user joined in the same millisecond as the previous one, so that sorts have ties.
  await dataSource.query(`
    INSERT INTO users (id, username, email, password_hash, full_name, role, is_active, created_at)
    SELECT gen_random_uuid(), 'User_' || i, 'mail' || i || '@example.com', 'x',
      CASE WHEN i % 3 = 0 THEN NULL WHEN i = 7 THEN '100% Ünal_' ELSE 'Name ' || i END,
      CASE WHEN i % 500 = 0 THEN 'admin' WHEN i % 50 = 0 THEN 'moderator' ELSE 'user' END,
      i % 4 <> 0,
      '2026-01-01'::timestamptz + make_interval(secs => i - (i % 10 = 0)::int)
    FROM generate_series(1, ${SIZE}) AS i`);
  await dataSource.query('VACUUM ANALYZE users');
});

afterAll(() => features.stop());

function query(fields: Record<string, string>): Promise<ListUsersQuery> {
  return new ValidationPipe().read(ListUsersQuery, fields, { name: 'query', form: 'text' });
}

const page = async (fields: Record<string, string>) =>
  (await users.list(await query(fields))) as PageOf<UserDto>;
const cursorPage = async (fields: Record<string, string>) =>
  (await users.list(await query(fields))) as CursorPageOf<UserDto>;
const namesOf = ({ items }: { items: UserDto[] }) => items.map(({ username }) => username);

async function walk(fields: Record<string, string>): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { items, nextCursor }: CursorPageOf<UserDto> = await cursorPage({
      ...fields,
      cursor,
      limit: '100',
    });
    names.push(...items.map(({ username }) => username));
    cursor = nextCursor;
  }
  return names;
}

const sorts: Record<string, string> = {
  '-createdAt': 'created_at DESC, id DESC',
  createdAt: 'created_at, id',
  username: 'username, id',
  '-email': 'email DESC, id DESC',
  '-createdAt,username': 'created_at DESC, username, id',
};

it('returns by page and by cursor exactly what SQL returns', async () => {
  const filters = fc.record(
    {
      role: fc.constantFrom<Role>(...roles),
      isActive: fc.boolean(),
      q: fc.constantFrom('user_1', 'MAIL2', 'name 9', '%', 'l_', 'ünal', '\\', 'nobody', '3@exam', ' '),
      sort: fc.constantFrom(...Object.keys(sorts)),
    },
    { requiredKeys: ['sort'] },
  );
  await fc.assert(
    fc.asyncProperty(filters, async ({ role, isActive, q, sort }) => {
      const fields = {
        sort,
        ...(role && { role }),
        ...(isActive !== undefined && { isActive: String(isActive) }),
        ...(q?.trim() && { q }),
      };
      const expected = await dataSource.query<{ username: string }[]>(
        `SELECT username FROM users WHERE ($1::text IS NULL OR role = $1) AND ($2::boolean IS NULL OR is_active = $2)
           AND ($3::text IS NULL OR strpos(lower(username COLLATE "und-x-icu"), lower($3 COLLATE "und-x-icu")) > 0
             OR strpos(lower(email COLLATE "und-x-icu"), lower($3 COLLATE "und-x-icu")) > 0
             OR strpos(lower(coalesce(full_name, '') COLLATE "und-x-icu"), lower($3 COLLATE "und-x-icu")) > 0)
         ORDER BY ${sorts[sort]}`,
        [role, isActive, q?.trim() || null],
      );
      const names = expected.map(({ username }) => username);
      expect(await walk(fields)).toEqual(names);
      const second = await page({ ...fields, page: '2', pageSize: '7' });
      expect(namesOf(second)).toEqual(names.slice(7, 14));
      expect(second.total).toBe(names.length);
    }),
    { numRuns: 25 },
  );
});

it.each(['ISAAC', 'İSAAC', 'nesbo', 'Jo NESBØ', 'jo nesbo\u0308', '％', 'ｉｓａａｃ_＿', '\\_'])(
  'finds %j whatever the locale of the database, accents, width and case',
  async (q) => {
    await dataSource.query(`INSERT INTO users (id, username, email, password_hash, full_name, created_at)
      VALUES (gen_random_uuid(), 'isaac_', 'i@example.com', 'x', 'Jo Nesbø % Isaac__\\_', '2020-01-01')`);
    try {
      expect(namesOf(await page({ q, sort: 'createdAt' }))[0]).toBe('isaac_');
    } finally {
      await dataSource.query(`DELETE FROM users WHERE username = 'isaac_'`);
    }
  },
);

it('sorts by newest first by default', async () => {
  const newest = await dataSource.query(
    `SELECT username FROM users ORDER BY created_at DESC, id DESC LIMIT 10`,
  );
  expect(namesOf(await page({}))).toEqual(newest.map(({ username }: UserDto) => username));
});

it.each(['passwordHash', 'age', 'username,username', '', '-', 'username;DROP TABLE users'])(
  'does not sort by "%s"',
  async (sort) => {
    const dto = Object.assign(new ListUsersQuery(), { sort });
    dto.validateTogether();
    await expect(async () => users.list(dto)).rejects.toBeInstanceOf(ValidationProblem);
  },
);

describe('scans no table completely', () => {
  it.each([
    [{ cursor: '' }],
    [{ cursor: '', sort: 'createdAt' }],
    [{ cursor: '', sort: 'username' }],
    [{ cursor: '', sort: '-username' }],
    [{ cursor: '', sort: 'email' }],
    [{ cursor: '', sort: '-createdAt,username' }],
    [{ cursor: '', role: 'admin' }],
    [{ cursor: '', isActive: 'false' }],
    [{ cursor: '', isActive: 'true', role: 'moderator', sort: '-createdAt' }],
    [{ cursor: '', q: 'user_2999' }],
    [{ page: '1', q: 'mail123' }],
  ] as Record<string, string>[][])('%j', async (fields) => {
    const dto = await query(fields!);
    const statements = await statementsOf(() => users.list(dto));
    for (const { sql, parameters } of statements) {
      const rows = await dataSource.query<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${sql}`, parameters);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/using users_\w+|on users_\w+/);
      expect(plan).not.toContain('Seq Scan');
    }
  });
});

async function statementsOf(work: () => Promise<unknown>): Promise<{ sql: string; parameters: unknown[] }[]> {
  const statements: { sql: string; parameters: unknown[] }[] = [];
  const { logger } = dataSource;
  dataSource.logger = {
    ...logger,
    logQuery: (sql: string, parameters: unknown[] = []) => void statements.push({ sql, parameters }),
  } as typeof logger;
  await work();
  dataSource.logger = logger;
  expect(statements.length).toBeGreaterThan(0);
  return statements;
}
