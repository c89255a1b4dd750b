// needs: books, ticketing
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, TestApp } from '../support/test-app.js';

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true', ALLOWED_ORIGINS: 'https://client.example' });
  token = await app.loginAs('admin');
});
afterAll(() => app?.stop());

const get = (path: string) => app.request('GET', path, { token });

function linksOf({ headers }: Answer): Record<string, string> {
  const links = [...headers.get('link')!.matchAll(/<([^<>]*)>; rel="(\w+)"(?:, )?/g)];
  expect(links.map(([text]) => text).join('')).toBe(headers.get('link'));
  return Object.fromEntries(links.map(([, target, rel]) => [rel, target]));
}

const parametersOf = (target: string) => Object.fromEntries(new URL(target, app.url).searchParams);

describe('Link', () => {
  it('names the pages around one, and keeps all other parameters', async () => {
    const query = 'q=the&sort=-rating,title&pageSize=3';
    const { total } = (await get(`/api/v1/books?${query}`)).body;
    const last = Math.ceil(total / 3);
    expect(last).toBeGreaterThan(3);
    const links = linksOf(await get(`/api/v1/books?page=2&${query}`));
    const pages = Object.entries(links).map(([rel, target]) => {
      const { page, ...others } = parametersOf(target);
      expect(target).toMatch(/^\/api\/v1\/books\?/);
      expect(others).toEqual({ q: 'the', sort: '-rating,title', pageSize: '3' });
      return [rel, page];
    });
    expect(pages).toEqual([
      ['first', '1'],
      ['prev', '1'],
      ['next', '3'],
      ['last', String(last)],
    ]);
  });

  it('has no prev on the first page and no next on the last, and leads back from a page beyond', async () => {
    const first = linksOf(await get('/api/v1/books?pageSize=50'));
    expect(Object.keys(first)).toEqual(['first', 'next', 'last']);
    expect(Object.keys(linksOf(await get(first['last']!)))).toEqual(['first', 'prev', 'last']);
    const beyond = linksOf(await get('/api/v1/books?pageSize=50&page=999'));
    expect(beyond['prev']).toBe(beyond['last']);
    const none = linksOf(await get('/api/v1/books?q=nothingatall'));
    expect(Object.keys(none)).toEqual(['first', 'last']);
  });

  it.each([
    '/api/v1/books?limit=40&sort=title',
    '/api/v1/users?cursor=&limit=1',
    '/api/v1/ticketing/events?limit=1',
  ])('leads through %s by cursor, to what the body says', async (path) => {
    const items: unknown[] = [];
    for (let next: string | undefined = path; next;) {
      const answer: Answer = await get(next);
      expect(answer.status).toBe(200);
      items.push(...answer.body.items);
      const links = linksOf(answer);
      expect(parametersOf(links['first']!)['cursor']).toBe('');
      expect(links['next'] && parametersOf(links['next'])['cursor']).toBe(
        answer.body.nextCursor ?? undefined,
      );
      next = links['next'];
    }
    const { total } = (await get(path.split('?')[0]!)).body;
    expect(items).toHaveLength(total);
  });

  it('is the same from the cache, for HEAD, and in an escaped path', async () => {
    const path = `/api/v1/books/author/${encodeURIComponent('<"A>, B')}?pageSize=1`;
    const [miss, hit] = [await get(path), await get(path)];
    expect([miss, hit].map(({ headers }) => headers.get('x-cache'))).toEqual(['MISS', 'HIT']);
    const head = await app.request('HEAD', path, { token });
    for (const answer of [hit, head]) expect(answer.headers.get('link')).toBe(miss.headers.get('link'));
    expect((await get(linksOf(miss)['first']!)).status).toBe(200);
  });

  it('is readable across origins', async () => {
    const { headers } = await app.request('GET', '/api/v1/books', {
      headers: { origin: 'https://client.example' },
    });
    expect(headers.get('access-control-expose-headers')).toMatch(/\bLink\b/);
  });

  it('is documented for every listing', () => {
    const { paths } = app.app.getHttpAdapter().getInstance().openApiDocument;
    const isListing = (schema: object) => JSON.stringify(schema).includes('CursorPage');
    const listings = Object.entries(paths).filter(([, { get }]) => isListing(get?.responses['200'] ?? {}));
    expect(listings.length).toBeGreaterThan(5);
    for (const [path, { get }] of listings)
      expect([path, get!.responses['200']]).toMatchObject([path, { headers: { Link: {} } }]);
  });
});
