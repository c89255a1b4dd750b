import { describe, expect, it } from 'vitest';
import { counter } from './testing/books.controller.js';
import { codesOf } from './testing/test-server.js';
import { useServer } from './testing/use-server.js';

const use = useServer();
const book = { title: 'Dune', rating: 4.5 };

describe('valid input', () => {
  it('reaches the handler as instances of the DTO classes', async () => {
    expect((await use.server.call('/books?page=2')).body).toMatchObject({
      isDto: true,
      isFrozen: true,
      query: { page: 2 },
    });
    expect((await use.server.call('/books/17')).body).toEqual({ isDto: true, id: 17 });
    const created = await use.server.post('/books', JSON.stringify({ ...book, items: [{ title: 'One' }] }));
    expect(created.body).toMatchObject({ isDto: true, isNested: true, body: book });
  });

  it('has one canonical query regardless of order and defaults', async () => {
    const keys = await Promise.all(
      ['/books', '/books?page=1', '/books?page=01', '/books?', '/books?page=%31', '/books?&page=1&'].map(
        async (path) => (await use.server.call(path)).body.key,
      ),
    );
    expect(new Set(keys)).toEqual(new Set(['{"page":1}']));
    const a = await use.server.call('/books?q=a%20b&page=2');
    const b = await use.server.call('/books?page=2&q=a+b');
    expect(a.body.key).toBe(b.body.key);
  });

  it.each([
    ['a charset', 'application/json; charset=UTF-8'],
    ['a quoted charset', 'application/json;charset="utf-8"'],
    ['upper case', 'APPLICATION/JSON'],
  ])('takes JSON with %s', async (_, type) => {
    expect((await use.server.post('/books', JSON.stringify(book), { 'content-type': type })).status).toBe(
      201,
    );
  });

  it('accepts a form where the route does, and coerces as in queries', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await use.server.post('/books/login', 'username=a%20b+c&pin=12', form)).body).toEqual({
      username: 'a b c',
      pin: 12,
    });
    expect((await use.server.post('/books/login', '{"username":"a","pin":12}')).body).toEqual({
      username: 'a',
      pin: 12,
    });
  });

  it('accepts a body with a byte order mark, in one chunk or many', async () => {
    expect((await use.server.post('/books', '\ufeff' + JSON.stringify(book))).status).toBe(201);
    const text = JSON.stringify({ title: '日本語', rating: 1 });
    const bytes =
      [...Buffer.from(text)].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join('') + '0\r\n\r\n';
    const head = 'POST /books HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: chunked';
    expect(await use.server.raw(head, Buffer.from(bytes, 'latin1'), '日本語')).toContain('201');
  });

  it('needs no body where the route has none', async () => {
    expect((await use.server.call('/books/1', { method: 'DELETE' })).status).toBe(200);
    expect((await use.server.post('/books/1', '', { 'x-http': '1' })).status).toBe(404);
    const empty = await use.server.call('/books/1', {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
    });
    expect(empty.status).toBe(200);
    expect(await use.server.raw('DELETE /books/1 HTTP/1.1\nHost: x\nContent-Length: 0')).toContain('200 OK');
  });

  it('treats an empty chunked body as no body', async () => {
    const head = 'DELETE /books/1 HTTP/1.1\nHost: x\nTransfer-Encoding: chunked';
    expect(await use.server.raw(head, '0\r\n\r\n')).toContain('200 OK');
    expect(await use.server.raw(head, '2\r\n{}\r\n0\r\n\r\n')).toContain('415 Unsupported Media Type');
  });

  it('answers HEAD like GET', async () => {
    expect((await use.server.call('/books?page=2', { method: 'HEAD' })).status).toBe(200);
    expect((await use.server.call('/books?page=0', { method: 'HEAD' })).status).toBe(422);
  });

  it('passes the stream to a route that reads it itself, in any encoding and of any size', async () => {
    const csv = { 'content-type': 'text/csv; charset=latin1', 'content-encoding': 'gzip' };
    expect((await use.server.post('/books/import', 'x'.repeat(3_000_000), csv)).body).toEqual({
      size: 3_000_000,
    });
  });
});

describe('invalid input', () => {
  it('is reported all at once, from path, query and body', async () => {
    const answer = await use.server.post('/books/0/reviews?page=x&foo=1', '{"title":5,"bar":1}');
    expect(answer.status).toBe(422);
    expect(codesOf(answer)).toEqual([
      'id:min',
      'page:isInt',
      'foo:unknown',
      'title:isString',
      'rating:required',
      'bar:unknown',
    ]);
    expect(answer.body.detail).toBe('6 fields are invalid');
    expect(counter.handled).toBe(0);
  });

  it.each([
    ['null', 'body:isObject'],
    ['[]', 'body:isObject'],
    ['[{"title":"a","rating":1}]', 'body:isObject'],
    ['5', 'body:isObject'],
    ['"text"', 'body:isObject'],
    ['true', 'body:isObject'],
    ['', 'body:required'],
    ['{"title":"a","rating":"5"}', 'rating:isNumber'],
    ['{"title":"a","rating":4.55}', 'rating:isNumber'],
    ['{"title":"a","rating":1e-7}', 'rating:isNumber'],
    ['{"title":"a","rating":1e999}', 'rating:isNumber'],
    ['{"title":null,"rating":1}', 'title:isString'],
    ['{"title":"a\\u0000","rating":1}', 'title:isWellFormed'],
    ['{"title":"\\ud800","rating":1}', 'title:isWellFormed'],
    ['{"title":"a","rating":1,"__proto__":{"x":1}}', '__proto__:unknown'],
    ['{"title":"a","rating":1,"constructor":1}', 'constructor:unknown'],
    ['{"title":"a","rating":1,"toString":1}', 'toString:unknown'],
    ['{"title":"a","rating":1,"items":[{"title":""}]}', 'items.0.title:minLength'],
    ['{"title":"a","rating":1,"items":{"0":{"title":"a"}}}', 'items:isArray'],
  ])('body %s is 422', async (body, expected) => {
    const answer = await use.server.post('/books', body);
    expect([answer.status, codesOf(answer)]).toEqual([422, [expected]]);
    expect(counter.handled).toBe(0);
  });

  it.each([
    ['page=', 'page:isInt'],
    ['page=%201', 'page:isInt'],
    ['page=+1', 'page:isInt'],
    ['page=%2B1', 'page:isInt'],
    ['page=0x1', 'page:isInt'],
    ['page=NaN', 'page:isInt'],
    ['page=Infinity', 'page:isInt'],
    ['page=1e999', 'page:isInt'],
    ['page=1.5', 'page:isInt'],
    ['page=9007199254740993', 'page:isInt'],
    ['page=1&page=2', 'page:isInt'],
    ['page[]=1', 'page[]:unknown'],
    ['q=a&q=b', 'q:isString'],
    ['q=%00', 'q:isWellFormed'],
    ['__proto__=1', '__proto__:unknown'],
    ['constructor=1', 'constructor:unknown'],
    ['tag=a&tag=b&tag=c&tag=d', 'tag:arrayMaxSize'],
    ['=1', ':unknown'],
  ])('query %s is 422', async (query, expected) => {
    const answer = await use.server.call(`/books?${query}`);
    expect([answer.status, codesOf(answer)]).toEqual([422, [expected]]);
  });

  it('accepts one value or many for an array', async () => {
    expect((await use.server.call('/books?tag=a')).body.query).toMatchObject({ tag: ['a'] });
    expect((await use.server.call('/books?tag=a&tag=b')).body.query).toMatchObject({ tag: ['a', 'b'] });
  });

  it.each(['0', '-1', 'abc', '1.5', '99999999999999999999', '%00', '1%20'])(
    'path id %s is 422',
    async (id) => {
      expect((await use.server.call(`/books/${id}`)).status).toBe(422);
    },
  );

  it('refuses a parameter or a body field where the route declares none', async () => {
    expect(codesOf(await use.server.call('/books/1?x=1'))).toEqual(['x:unknown']);
    expect(
      codesOf(
        await use.server.call('/books/1', {
          method: 'DELETE',
          body: '{"a":1}',
          headers: { 'content-type': 'application/json' },
        }),
      ),
    ).toEqual(['a:unknown']);
    const head = 'GET /books/1 HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 7';
    expect(await use.server.raw(head, '{"a":1}')).toContain('422');
  });
});
