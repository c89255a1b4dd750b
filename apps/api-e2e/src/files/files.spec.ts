import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { images } from '../support/images.js';
import { call, type Reply } from '../support/http-client.js';
import { multipartBytes, multipartHeaders, type Part } from '../support/multipart.js';
import { type Answer, TestApp } from '../support/test-app.js';

const FILES = '/api/v1/files';
const MEGABYTE = 1024 * 1024;

let app: TestApp;
let token: string;
let admin: string;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
  token = await app.loginAs('demo');
  admin = await app.loginAs('admin');
});
afterAll(() => app.stop());

const post = (path: string, parts: Part[], by = token): Promise<Answer> =>
  app.request('POST', path, {
    token: by,
    raw: multipartBytes(...parts),
    headers: multipartHeaders,
  });
const upload = (content: string | Buffer, filename = 'a.txt', type = 'text/plain'): Promise<Answer> =>
  post(FILES, [{ name: 'file', filename, type, content }]);
const download = (id: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> =>
  call(app.url, method, `${FILES}/${id}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

/** The files in the storage, unfinished ones included. */
const stored = async (): Promise<string[]> => {
  const entries = await readdir(app.storageDir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};
const rowCount = async (): Promise<number> =>
  (await app.dataSource.query('SELECT count(*)::int AS count FROM files'))[0].count;

/** Expects that the requests leave neither a row nor a stored file. */
async function leavesNothing(requests: () => Promise<void>): Promise<void> {
  const before = [await rowCount(), (await stored()).toSorted()];
  await requests();
  expect([await rowCount(), (await stored()).toSorted()]).toEqual(before);
}

describe('Uploading a file', () => {
  it('stores it, describes it and says where it is', async () => {
    const content = randomBytes(300_000);
    const { status, headers, body } = await upload(content, 'report.pdf', 'application/pdf');
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
      filename: 'report.pdf',
      contentType: 'application/pdf',
      size: 300_000,
      sha256: createHash('sha256').update(content).digest('hex'),
      url: `${FILES}/${body.id}`,
    });
    expect(headers.get('location')).toBe(body.url);
    expect(await stored()).toContain(body.id);
    const reply = await download(body.id);
    expect(reply.bytes.equals(content)).toBe(true);
  });

  it('accepts what browsers send', async () => {
    const form = new FormData();
    form.append('file', new File(['hello'], 'größe 📈.txt', { type: 'text/plain;charset=utf-8' }));
    const { status, body } = await app.request('POST', FILES, { token, raw: form });
    expect([status, body.filename, body.contentType]).toEqual([201, 'größe 📈.txt', 'text/plain']);
  });

  it('accepts an empty file, and one of exactly the limit', async () => {
    expect((await upload('')).body.size).toBe(0);
    expect((await upload(Buffer.alloc(10 * MEGABYTE))).body.size).toBe(10 * MEGABYTE);
  });

  it('refuses one byte more with 413, whether or not its length is declared', async () => {
    await leavesNothing(async () => {
      for (const size of [10 * MEGABYTE + 1, 10 * MEGABYTE + 200_000]) {
        const { status, body } = await upload(Buffer.alloc(size));
        expect([status, body.detail]).toEqual([413, 'File size exceeds 10485760 bytes']);
      }
      const bytes = multipartBytes({
        name: 'file',
        filename: 'a',
        content: Buffer.alloc(10 * MEGABYTE + 200_000),
      });
      const headers = { authorization: `Bearer ${token}`, ...multipartHeaders };
      const reply = await call(app.url, 'POST', FILES, { headers, body: bytes, chunked: true });
      expect([reply.status, reply.text]).toEqual([
        413,
        expect.stringContaining('File size exceeds 10485760 bytes'),
      ]);
    });
  });

  it('refuses a form without the file, or with something else, with 422', async () => {
    const file = { filename: 'a.txt', content: 'a' };
    await leavesNothing(async () => {
      for (const [parts, errors] of [
        [[], ['file required']],
        [[{ name: 'file', content: 'text' }], ['file isFile']],
        [[{ name: 'file', filename: '', content: '' }], ['file required']],
        [[{ name: 'upload', ...file }], ['file required', 'upload unknown']],
        [
          [
            { name: 'file', ...file },
            { name: 'other', content: 'x' },
          ],
          ['other unknown'],
        ],
        [
          [
            { name: 'file', ...file },
            { name: 'second', ...file },
          ],
          ['second unknown'],
        ],
        [
          [
            { name: 'file', ...file },
            { name: 'file', ...file },
          ],
          ['file isFile'],
        ],
      ] as [Part[], string[]][]) {
        const { status, body } = await post(FILES, parts);
        expect([
          status,
          body.errors?.map((each: { path: string; code: string }) => `${each.path} ${each.code}`),
        ]).toEqual([422, errors]);
      }
      const none = await app.request('POST', FILES, { token });
      expect([none.status, none.body.errors[0].message]).toEqual([422, 'body is required']);
    });
  });

  it('refuses other media types with 415', async () => {
    const { status, headers } = await app.request('POST', FILES, { token, body: { file: 'a' } });
    expect([status, headers.get('accept')]).toEqual([415, 'multipart/form-data']);
  });

  it('keeps the name for display only', async () => {
    for (const [sent, shown] of [
      ['../../etc/passwd', 'passwd'],
      ['..\\\\..\\\\boot.ini', 'boot.ini'],
      ['C:\\\\Users\\\\me\\\\a.txt', 'a.txt'],
      ['..', 'file'],
      ['a\u0000b.txt', 'ab.txt'],
      ['photo\u202egpj.exe', 'photogpj.exe'],
      ['a\tb\u0007.txt', 'ab.txt'],
      ['x'.repeat(10_000), 'x'.repeat(255)],
      ['<script>alert(1)</script>.html', 'script>.html'],
    ] as const) {
      const { status, body } = await upload('a', sent);
      expect([status, body.filename]).toEqual([201, shown]);
      const { headers } = await download(body.id);
      expect(headers['content-disposition']).not.toMatch(/[^\x20-\x7e]/);
    }
  });
});

describe('Uploading an image', () => {
  it.each(Object.keys(images))('accepts %s, whatever the client calls it', async (type) => {
    const part = { name: 'file', filename: 'image', type: 'text/html', content: images[type]! };
    const { status, headers, body } = await post(`${FILES}/images`, [part]);
    expect([status, body.contentType, headers.get('location')]).toEqual([201, type, body.url]);
    const reply = await download(body.id);
    expect([reply.headers['content-type'], reply.headers['content-disposition']]).toEqual([
      type,
      'inline; filename=image',
    ]);
    expect(reply.headers['content-security-policy']).toContain('sandbox');
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['application/pdf', '%PDF-1.7', 'application/pdf'],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ['image/png', '<html><script>alert(1)</script></html>', 'application/octet-stream'],
    ['image/jpeg', '', 'application/octet-stream'],
    ['image/webp', 'RIFF....WAVEfmt ', 'application/octet-stream'],
    ['nonsense', 'MZ', 'application/octet-stream'],
  ])('refuses what claims to be %s and is %s', async (type, content, named) => {
    await leavesNothing(async () => {
      const { status, body } = await post(`${FILES}/images`, [
        { name: 'file', filename: 'a.png', type, content },
      ]);
      expect([status, body.detail]).toEqual([415, `File type ${named} not allowed`]);
    });
  });

  it('refuses more than 5 MB', async () => {
    await leavesNothing(async () => {
      const content = Buffer.concat([images['image/png']!, Buffer.alloc(5 * MEGABYTE)]);
      const { status, body } = await post(`${FILES}/images`, [{ name: 'file', filename: 'a.png', content }]);
      expect([status, body.detail]).toEqual([413, 'File size exceeds 5242880 bytes']);
    });
  });
});

describe('Uploading several files', () => {
  const files = (count: number): Part[] =>
    Array.from({ length: count }, (_, n) => ({
      name: 'files',
      filename: `${n}.txt`,
      content: `content ${n}`,
    }));

  it('stores up to ten', async () => {
    for (const count of [1, 10]) {
      const { status, body } = await post(`${FILES}/batch`, files(count));
      expect([status, body.length]).toEqual([201, count]);
      expect((await download(body.at(-1).id)).text).toBe(`content ${count - 1}`);
    }
  });

  it('stores none when one is refused', async () => {
    const large = { name: 'files', filename: 'large', content: Buffer.alloc(10 * MEGABYTE + 1) };
    await leavesNothing(async () => {
      const tooMany = await post(`${FILES}/batch`, files(11));
      expect([tooMany.status, tooMany.body.errors[0].code]).toEqual([422, 'arrayMaxSize']);
      const tooLarge = await post(`${FILES}/batch`, [...files(3), large]);
      expect([tooLarge.status, tooLarge.body.detail]).toEqual([413, 'File size exceeds 10485760 bytes']);
      const none = await post(`${FILES}/batch`, []);
      expect([none.status, none.body.errors[0].code]).toEqual([422, 'required']);
      const wrong = await post(`${FILES}/batch`, [...files(2), { name: 'title', content: 'x' }]);
      expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, 'title']);
    });
  });
});

describe('Downloading a file', () => {
  let id: string;
  const text = Array.from({ length: 200 }, (_, n) => `line ${n}\n`).join('');
  beforeAll(async () => {
    id = (await upload(text, 'lines.csv', 'text/csv')).body.id;
  });

  it('saves it rather than showing it', async () => {
    const { headers } = await download(id);
    expect(headers).toMatchObject({
      'content-type': 'text/csv',
      'content-length': String(text.length),
      'content-disposition': 'attachment; filename=lines.csv',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
    });
  });

  it('gives parts', async () => {
    const part = await download(id, { range: 'bytes=10-19' });
    expect([part.status, part.text, part.headers['content-range'], part.headers['content-length']]).toEqual([
      206,
      text.slice(10, 20),
      `bytes 10-19/${text.length}`,
      '10',
    ]);
    expect((await download(id, { range: 'bytes=-5' })).text).toBe(text.slice(-5));
    const behind = await download(id, { range: 'bytes=99999-' });
    expect([behind.status, behind.headers['content-range']]).toEqual([416, `bytes */${text.length}`]);
    const many = await download(id, {
      range: `bytes=${Array.from({ length: 1_000 }, (_, n) => `${n}-${n}`).join()}`,
    });
    expect([many.status, many.text]).toEqual([200, text]);
  });

  it('continues only the version that the client has', async () => {
    const etag = (await download(id)).headers.etag!;
    expect((await download(id, { range: 'bytes=5-', 'if-range': etag })).status).toBe(206);
    expect((await download(id, { range: 'bytes=5-', 'if-range': '"other"' })).status).toBe(200);
    const known = await download(id, { 'if-none-match': etag, range: 'bytes=5-' });
    expect([known.status, known.text]).toEqual([304, '']);
  });

  it('compresses text, and answers HEAD without reading it', async () => {
    const coded = await download(id, { 'accept-encoding': 'gzip' });
    expect(coded.headers['content-encoding']).toBe('gzip');
    const head = await download(id, {}, 'HEAD');
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(text.length)]);
  });

  it('is for the owner and for managers; others do not learn that it exists', async () => {
    const moderator = await app.loginAs('moderator');
    for (const method of ['GET', 'HEAD', 'DELETE'])
      expect((await app.request(method, `${FILES}/${id}`, { token: moderator })).status).toBe(404);
    expect((await app.request('GET', `${FILES}/${id}`)).status).toBe(401);
    expect((await app.request('GET', `${FILES}/${id}`, { token: admin })).status).toBe(200);
    expect(
      (await app.request('GET', `${FILES}/018f2c5e-7a3b-7c1d-9e4f-000000000000`, { token })).status,
    ).toBe(404);
    expect((await app.request('GET', `${FILES}/nonsense`, { token })).status).toBe(422);
  });
});

describe('Deleting a file', () => {
  it('removes the row and the content', async () => {
    const { body } = await upload('gone soon');
    const path = `${FILES}/${body.id}`;
    const stale = await app.request('DELETE', path, { token, headers: { 'if-match': '"other"' } });
    expect(stale.status).toBe(412);
    const { etag } = (await download(body.id)).headers;
    const { status } = await app.request('DELETE', path, { token, headers: { 'if-match': etag! } });
    expect([status, await stored()]).toEqual([204, expect.not.arrayContaining([body.id])]);
    expect((await app.request('GET', path, { token })).status).toBe(404);
    expect((await app.request('DELETE', path, { token })).status).toBe(404);
  });

  it('by a manager is recorded', async () => {
    const { body } = await upload('not yours', 'secret.txt');
    expect((await app.request('DELETE', `${FILES}/${body.id}`, { token: admin })).status).toBe(204);
    const [entry] = await app.dataSource.query('SELECT * FROM audit_events WHERE subject_id = $1', [body.id]);
    expect(entry).toMatchObject({ action: 'files.deleted', details: { filename: 'secret.txt' } });
  });
});

describe('Quotas', () => {
  it('hold for uploads at the same time, and refused ones leave nothing', async () => {
    const small = await TestApp.start({
      FILES_MAX_COUNT: '5',
      FILES_MAX_BYTES: '1000',
      THROTTLE_DISABLED: 'true',
    });
    const user = await small.loginAs('demo');
    const send = (size: number): Promise<Answer> =>
      small.request('POST', FILES, {
        token: user,
        raw: multipartBytes({ name: 'file', filename: 'a', content: 'x'.repeat(size) }),
        headers: multipartHeaders,
      });
    try {
      expect((await send(901)).status).toBe(201);
      expect((await send(100)).body.detail).toBe('Storage quota exceeded: at most 1000 bytes per user');
      const answers = await Promise.all(Array.from({ length: 10 }, () => send(1)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([
        ...Array<number>(4).fill(201),
        ...Array<number>(6).fill(400),
      ]);
      const refused = answers.find(({ status }) => status === 400)!;
      expect(refused.body.detail).toBe('File quota exceeded: at most 5 files per user');
      const entries = await readdir(small.storageDir, { recursive: true, withFileTypes: true });
      expect(entries.filter((entry) => entry.isFile())).toHaveLength(5);
    } finally {
      await small.stop();
    }
  });
});
