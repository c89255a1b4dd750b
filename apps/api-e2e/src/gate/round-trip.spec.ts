import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, PASSWORD, type RequestOptions, TestApp } from '../support/test-app.js';

const USERS = '/api/v1/users';
const PATCH_TYPES = 'application/json, application/merge-patch+json';

let app: TestApp;
let token: string;
let made = 0;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
  token = await app.loginAs('admin');
});
afterAll(() => app?.stop());

const send = (method: string, path: string, options: RequestOptions = {}): Promise<Answer> =>
  app.request(method, path, { token, ...options });

async function make(path: string, body: object): Promise<string> {
  const answer = await send('POST', path, { body });
  expect(answer.status).toBe(201);
  return String(answer.headers.get('location'));
}

// needs: books
const aBook = () =>
  make('/api/v1/books', { title: `Book ${++made}`, author: 'A', description: '', rating: 1 });
// end
const aUser = () => {
  const username = `round-trip-${++made}`;
  return make(USERS, { username, email: `${username}@example.com`, password: PASSWORD });
};

describe('PUT', () => {
  it.each([
    // needs: books
    ['a book', aBook, { description: 'Changed' }],
    // end
    ['a user', aUser, { fullName: 'Changed' }],
  ])('takes what GET gave of %s, and ignores what only the application sets', async (_, create, change) => {
    const path = await create();
    const { body: before } = await send('GET', path);
    const put = await send('PUT', path, { body: { ...before, ...change } });
    expect(put.status).toBe(200);
    const forged = { id: 17, version: 99, createdAt: null, updatedAt: '2000-01-01T00:00:00Z' };
    const ignored = Object.fromEntries(Object.entries(forged).filter(([name]) => name in before));
    const again = await send('PUT', path, { body: { ...put.body, ...ignored } });
    expect(again.status).toBe(200);
    const { updatedAt: _updatedAt, version: _version, ...kept } = { ...before, ...change };
    expect(again.body).toMatchObject(kept);
    expect(again.body.updatedAt >= before.updatedAt).toBe(true);
  });

  it.each([
    // needs: books
    ['a book', aBook, ['sourceId', 'nonsense', '__proto__', 'Id']],
    // end
    ['a user', aUser, ['version', 'passwordHash', 'credentialsVersion', 'nonsense']],
  ])('still refuses what is no field of %s', async (_, create, names) => {
    const path = await create();
    const { text } = await send('GET', path);
    for (const name of names) {
      const answer = await send('PUT', path, {
        raw: text.replace('{', `{${JSON.stringify(name)}:1,`),
        headers: { 'content-type': 'application/json' },
      });
      expect([name, answer.status, answer.body.errors?.[0]?.code]).toEqual([name, 422, 'unknown']);
    }
  });

  it('documents the ignored fields as read-only, and only those of PUT', () => {
    const { components } = app.app.getHttpAdapter().getInstance().openApiDocument;
    const readOnly = Object.entries(components!.schemas!).map(([name, schema]) => {
      const properties = 'properties' in schema ? (schema.properties ?? {}) : {};
      const names = Object.keys(properties).filter((each) => 'readOnly' in properties[each]!);
      return [name, names] as const;
    });
    expect(Object.fromEntries(readOnly.filter(([, names]) => names.length > 0))).toEqual({
      // needs: books
      ReplaceBookDto: ['id', 'version', 'createdAt', 'updatedAt'],
      // end
      ReplaceUserDto: ['id', 'createdAt', 'updatedAt'],
    });
  });
});

describe('PATCH', () => {
  it.each([
    'application/json',
    'application/merge-patch+json',
    'Application/Merge-Patch+JSON; charset=utf-8',
  ])('takes %s, where null clears a field', async (type) => {
    const path = await aUser();
    const patch = (fields: object) =>
      send('PATCH', path, { raw: JSON.stringify(fields), headers: { 'content-type': type } });
    expect((await patch({ fullName: 'Ada' })).body.fullName).toBe('Ada');
    expect((await patch({ fullName: null })).body).toMatchObject({ fullName: null, role: 'user' });
    expect((await patch({ id: 17 })).status).toBe(422);
    expect((await patch({ username: null })).status).toBe(422);
  });

  it('is the only method that accepts a merge patch', async () => {
    const options = { raw: '{}', headers: { 'content-type': 'application/merge-patch+json' } };
    expect((await send('POST', USERS, options)).status).toBe(415);
    expect((await send('PUT', await aUser(), options)).status).toBe(415);
  });

  it('is announced by Accept-Patch, in OPTIONS and in a 415', async () => {
    const path = await aUser();
    const options = await send('OPTIONS', path);
    expect([options.status, options.headers.get('accept-patch')]).toEqual([204, PATCH_TYPES]);
    expect((await send('OPTIONS', USERS)).headers.get('accept-patch')).toBeNull();
    const refused = await send('PATCH', path, {
      raw: '[]',
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expect(refused.status).toBe(415);
    expect(refused.headers.get('accept-patch')).toBe(PATCH_TYPES);
    expect(refused.headers.get('accept')).toBe(PATCH_TYPES);
  });

  it('is documented with both media types', () => {
    const { paths } = app.app.getHttpAdapter().getInstance().openApiDocument;
    const bodies = Object.values(paths).flatMap(({ patch }) => patch?.requestBody ?? []);
    // needs: every-feature
    expect(bodies.length).toBeGreaterThan(5);
    // end
    for (const body of bodies)
      expect('content' in body && Object.keys(body.content).join(', ')).toBe(PATCH_TYPES);
  });
});

describe('A 415', () => {
  it.each([
    ['POST', USERS, 'text/xml', 'application/json'],
    ['POST', '/api/v1/auth/login', 'text/xml', 'application/json, application/x-www-form-urlencoded'],
    // needs: books-transfer
    ['POST', '/api/v1/books/import', 'text/xml', 'text/csv, application/x-ndjson'],
    // end
  ])('of %s %s names what is taken', async (method, path, type, accept) => {
    const answer = await send(method, path, { raw: '{}', headers: { 'content-type': type } });
    expect([answer.status, answer.headers.get('accept')]).toEqual([415, accept]);
  });

  it.each([
    [USERS, 'application/json', 'gzip', 'identity'],
    // needs: books-transfer
    ['/api/v1/books/import', 'text/csv', 'br', 'gzip, identity'],
    // end
  ])('for the coding of a body to %s names those that are taken', async (path, type, coding, accepted) => {
    const headers = { 'content-type': type, 'content-encoding': coding };
    const answer = await send('POST', path, { raw: '{}', headers });
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, accepted]);
  });
});
