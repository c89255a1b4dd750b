import { readdir } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { JobTable } from '@gatehouse/jobs/testing';
import { Storage } from '@gatehouse/storage';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { call, type Reply } from '../support/http-client.js';
import { images } from '../support/images.js';
import { multipartBytes, multipartHeaders } from '../support/multipart.js';
import { type Answer, TestApp } from '../support/test-app.js';

const BOOKS = '/api/v1/books';

let app: TestApp;
let admin: string;
let demo: string;
let demoId: string;
let photo: Buffer;
beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
  admin = await app.loginAs('admin');
  demo = await app.loginAs('demo');
  demoId = (await app.request('GET', '/api/v1/users/me', { token: demo })).body.id;
  photo = await image(1_500, 1_000)
    .jpeg()
    .withExif({ IFD0: { Copyright: 'hidden-place' } })
    .toBuffer();
});
afterAll(() => app.stop());

const image = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c41e3a' } });
const put = (
  path: string,
  content: Buffer | string,
  token = admin,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  app.request('PUT', path, {
    token,
    raw: multipartBytes({ name: 'file', filename: 'a', content }),
    headers: { ...multipartHeaders, ...headers },
  });
const get = (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
  call(app.url, 'GET', path, { headers: { authorization: `Bearer ${demo}`, ...headers } });
const aBook = async (): Promise<string> => {
  const body = { title: 'Pictured', author: 'A', description: '', rating: 1 };
  return `${BOOKS}/${(await app.request('POST', BOOKS, { token: admin, body })).body.id}`;
};
const stored = async (): Promise<string[]> => {
  const entries = await readdir(app.storageDir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).toSorted();
};
const recorded = async (): Promise<string[]> =>
  (await app.dataSource.query('SELECT id FROM pictures ORDER BY id')).map(({ id }: { id: string }) => id);
const makeVariants = (): Promise<void> => new JobTable(app.app).workOff('pictures.make-variants');

describe('A cover', () => {
  it('is shown by the book, without the metadata of the upload', async () => {
    const book = await aBook();
    const before = (await app.request('GET', book)).body;
    expect((await put(`${book}/cover`, photo)).status).toBe(204);
    const after = (await app.request('GET', book)).body;
    expect([after.coverUrl, after.version]).toEqual([
      `http://localhost:3000${book}/cover`,
      before.version + 1,
    ]);
    const cover = await call(app.url, 'GET', `${book}/cover`);
    expect(cover.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    });
    expect(photo.includes('hidden-place')).toBe(true);
    expect(cover.bytes.includes('hidden-place')).toBe(false);
    const { width, height, exif } = await sharp(cover.bytes).metadata();
    expect([width, height, exif]).toEqual([1_500, 1_000, undefined]);
  });

  it('is upright and not too large', async () => {
    const book = await aBook();
    const turned = await image(4_000, 3_000).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    await put(`${book}/cover`, turned);
    const { width, height } = await sharp((await get(`${book}/cover`)).bytes).metadata();
    expect([width, height]).toEqual([1_536, 2_048]);
  });

  it.each(Object.keys(images).filter((type) => type !== 'image/jpeg'))(
    'keeps the format %s',
    async (type) => {
      const book = await aBook();
      expect((await put(`${book}/cover`, images[type]!)).status).toBe(204);
      expect((await get(`${book}/cover`)).headers['content-type']).toBe(type);
    },
  );

  it('drops cached lists of books before the response', async () => {
    const book = await aBook();
    const list = `${BOOKS}?pageSize=1&sort=-createdAt`;
    await app.request('GET', list);
    expect((await app.request('GET', list)).headers.get('x-cache')).toBe('HIT');
    await put(`${book}/cover`, photo);
    expect((await app.request('GET', list)).body.items[0].coverUrl).toContain(`${book}/cover`);
  });

  it('has variants once a job has made them', async () => {
    const book = await aBook();
    await put(`${book}/cover`, photo);
    const whole = await get(`${book}/cover?width=60`);
    expect(whole.headers['content-type']).toBe('image/jpeg');
    await makeVariants();
    for (const [asked, given] of [
      [1, 64],
      [64, 64],
      [65, 256],
      [1_024, 1_024],
      [1_025, 1_500],
    ]) {
      const { bytes, headers } = await get(`${book}/cover?width=${asked}`);
      const type = given === 1_500 ? 'image/jpeg' : 'image/webp';
      expect([asked, (await sharp(bytes).metadata()).width, headers['content-type']]).toEqual([
        asked,
        given,
        type,
      ]);
    }
    expect((await get(`${book}/cover?width=60`)).headers.etag).not.toBe(whole.headers.etag);
    expect(await recorded()).toEqual(await stored());
    expect((await get(`${book}/cover?width=0`)).status).toBe(422);
  });

  it('is downloaded in parts and conditionally, and changed by who has seen it', async () => {
    const path = `${await aBook()}/cover`;
    await put(path, photo);
    const { headers, bytes } = await get(path);
    const etag = headers.etag!;
    expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
    const part = await get(path, { range: 'bytes=10-19' });
    expect([part.status, part.bytes]).toEqual([206, bytes.subarray(10, 20)]);
    expect((await put(path, photo, admin, { 'if-match': '"other"' })).status).toBe(412);
    expect((await put(path, photo, admin, { 'if-none-match': '*' })).status).toBe(412);
    expect((await put(path, photo, admin, { 'if-match': etag })).status).toBe(204);
    const gone = await app.request('DELETE', path, { token: admin, headers: { 'if-match': etag } });
    expect(gone.status).toBe(412);
    const none = `${await aBook()}/cover`;
    expect((await put(none, photo, admin, { 'if-match': '*' })).status).toBe(412);
    expect((await put(none, photo, admin, { 'if-none-match': '*' })).status).toBe(204);
    expect(await recorded()).toEqual(await stored());
  });

  it('is deleted with its variants, and so is the link to it', async () => {
    const book = await aBook();
    await put(`${book}/cover`, photo);
    await makeVariants();
    expect((await app.request('DELETE', `${book}/cover`, { token: admin })).status).toBe(204);
    expect((await app.request('GET', book)).body.coverUrl).toBe(null);
    expect((await get(`${book}/cover`)).status).toBe(404);
    expect((await app.request('DELETE', `${book}/cover`, { token: admin })).status).toBe(404);
    expect(await recorded()).toEqual(await stored());
  });

  it('leaves another address of a cover alone when it is deleted', async () => {
    const book = await aBook();
    await put(`${book}/cover`, photo);
    const coverUrl = 'https://covers.example.com/1.jpg';
    await app.request('PATCH', book, { token: admin, body: { coverUrl } });
    await app.request('DELETE', `${book}/cover`, { token: admin });
    expect((await app.request('GET', book)).body.coverUrl).toBe(coverUrl);
  });

  it('of a book that does not exist is 404, and leaves nothing', async () => {
    const before = await stored();
    for (const id of [999_999_999, 99_999_999_999]) {
      expect((await put(`${BOOKS}/${id}/cover`, photo)).status).toBe(404);
      expect((await get(`${BOOKS}/${id}/cover`)).status).toBe(404);
    }
    expect(await stored()).toEqual(before);
  });

  it('that is set many times at once is one of them', async () => {
    const path = `${await aBook()}/cover`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => put(path, photo)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(204));
    await makeVariants();
    await makeVariants();
    expect((await get(`${path}?width=64`)).headers['content-type']).toBe('image/webp');
    expect(await recorded()).toEqual(await stored());
  });

  it('survives a failure of the commit whose outcome is unknown', async () => {
    const path = `${await aBook()}/cover`;
    const lost = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
    vi.spyOn(app.dataSource.manager, 'transaction').mockRejectedValueOnce(lost);
    const before = await stored();
    expect((await put(path, photo)).status).toBe(503);
    expect((await stored()).length).toBe(before.length + 1);
    for (const key of await stored())
      if (!(await recorded()).includes(key)) await app.app.get(Storage).remove(key);
  });
});

describe('An image that is not one', () => {
  const html = '<html><script>alert(1)</script></html>';
  /** The start of a PNG of any size. */
  const png = (width: number, height: number): Buffer => {
    const content = Buffer.from(images['image/png']!);
    content.writeUInt32BE(width, 16);
    content.writeUInt32BE(height, 20);
    content.writeUInt32BE(crc32(content.subarray(12, 29)), 29);
    return content;
  };

  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['a pixel bomb', () => image(6_000, 5_000).png().toBuffer(), 'maxPixels'],
    ['a header that promises too many pixels', () => png(60_000, 60_000), 'maxPixels'],
    ['text behind the first bytes of an image', () => Buffer.from(`GIF89a${html}`), 'isImage'],
    [
      'half an image',
      async () => {
        const whole = await image(800, 800).jpeg().toBuffer();
        return whole.subarray(0, whole.length / 2);
      },
      'isImage',
    ],
  ])('is refused and leaves nothing: %s', async (_, content, code) => {
    const path = `${await aBook()}/cover`;
    const before = await stored();
    const { status, body } = await put(path, await content());
    expect([status, body.errors?.[0].path, body.errors?.[0].code]).toEqual([422, 'file', code]);
    expect([await stored(), await recorded()]).toEqual([before, before]);
  });

  it.each(['<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.7', html])('is 415: %s', async (content) => {
    expect((await put(`${await aBook()}/cover`, content)).status).toBe(415);
  });

  it('but has something else behind it loses that', async () => {
    const path = `${await aBook()}/cover`;
    expect((await put(path, Buffer.concat([photo, Buffer.from(html)]))).status).toBe(204);
    expect((await get(path)).bytes.includes('script')).toBe(false);
  });
});

describe('An avatar', () => {
  it('is set by the user, and seen by all who are logged in', async () => {
    const path = `/api/v1/users/${demoId}/avatar`;
    expect((await put(path, photo, demo)).status).toBe(204);
    const token = await app.loginAs('moderator');
    expect((await app.request('GET', path, { token })).status).toBe(200);
    expect((await app.request('GET', path)).status).toBe(401);
    expect((await put(path, photo, token)).status).toBe(403);
    expect((await app.request('DELETE', path, { token: demo })).status).toBe(204);
    expect((await app.request('GET', path, { token })).status).toBe(404);
  });

  it('that somebody else changes is recorded', async () => {
    expect((await put(`/api/v1/users/${demoId}/avatar`, photo)).status).toBe(204);
    const entries = await app.dataSource.query(
      `SELECT subject_id FROM audit_events WHERE action = 'users.avatar-changed'`,
    );
    expect(entries).toEqual([{ subject_id: demoId }]);
    expect((await put('/api/v1/users/018f2c5e-7a3b-7c1d-9e4f-000000000000/avatar', photo)).status).toBe(404);
  });
});

it('a picture goes with its owner, and the job removes its content', async () => {
  const book = await aBook();
  await put(`${book}/cover`, photo);
  await makeVariants();
  await app.request('DELETE', book, { token: admin });
  expect(await recorded()).toHaveLength((await stored()).length - 4);
  const DAYS = 2 * 24 * 3_600_000;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAYS });
  const jobs = new JobTable(app.app);
  await jobs.boss.send('storage.remove-orphans', {});
  await jobs.workOff('storage.remove-orphans');
  vi.useRealTimers();
  expect(await stored()).toEqual(await recorded());
});
