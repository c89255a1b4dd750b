import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { importLimits } from './import-limits.js';
import { ImportAnswer, sendImport } from './testing/import-client.js';
import { RawUpload } from './testing/raw-upload.js';
import { startTransferApp, TransferApp } from './testing/transfer-app.js';
import { SOON } from '@gatehouse/testing';

const HEADER = 'title,author,description,rating,isbn,sourceId\n';

let transfer: TransferApp;
/** Another client of the same database. */
let other: pg.Client;

beforeAll(async () => {
  transfer = await startTransferApp();
  other = new pg.Client({ connectionString: transfer.databaseUrl });
  other.on('error', () => undefined);
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await transfer.close();
});
beforeEach(async () => {
  await other.query('TRUNCATE books RESTART IDENTITY CASCADE');
  await sendImport(transfer.url, `${HEADER}A,X,a,1,1111111111,s1\nB,X,b,2,,s2\n`);
});

afterEach(async () => {
  uploads.splice(0).forEach((upload) => upload.cut());
  await other.query('ROLLBACK');
  await untilReleased();
});

const uploads: RawUpload[] = [];
const begin = (port = transfer.port) => {
  const upload = new RawUpload(port);
  uploads.push(upload);
  return upload;
};

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `T${from + i},X,,4,,n${from + i}\n`).join('');
const titles = async () =>
  (await other.query('SELECT title FROM books ORDER BY id')).rows.map(({ title }) => title as string);

/** The connections of imports, and what they wait for. `other` would see a snapshot as old as its transaction. */
async function sessions(): Promise<{ pid: number; state: string; wait_event_type: string | null }[]> {
  return transfer.dataSource.query(
    `SELECT pid, state, wait_event_type FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'gatehouse-import'`,
  );
}

/** Waits until imports wait for a lock that `other` holds. */
async function untilBlocked(count = 1): Promise<number[]> {
  return vi.waitFor(async () => {
    const blocked = (await sessions()).filter(({ wait_event_type }) => wait_event_type === 'Lock');
    expect(blocked).toHaveLength(count);
    return blocked.map(({ pid }) => pid);
  }, SOON);
}

/** Waits until no connection of an import is left. */
async function untilReleased(): Promise<void> {
  await vi.waitFor(async () => expect(await sessions()).toEqual([]), SOON);
}

async function staged(upload: RawUpload): Promise<void> {
  await vi.waitFor(() => expect(upload.lines.at(-1)?.['read']).toBeGreaterThanOrEqual(5_000), SOON);
}

describe('an upload that pauses', () => {
  it('is informed about the number of rows, including those just before the pause', async () => {
    const upload = begin().send(HEADER).send(rows(0, 10));
    await vi.waitFor(() => expect(upload.lines.length).toBeGreaterThan(0), SOON);
    upload.send(rows(10, 5));
    await vi.waitFor(() => expect(upload.lines.at(-1)).toEqual({ read: 15, rejected: 0 }), SOON);
  });
});

describe('an upload that breaks', () => {
  it('changes nothing when the connection is cut half-way, and locks nothing before', async () => {
    const upload = begin().send(HEADER).send('A2,X,a,1,1111111111,\n').send(rows(0, 6_000));
    await staged(upload);
    expect(await titles()).toEqual(['A', 'B']);
    await other.query(`SET lock_timeout = '100ms'; UPDATE books SET rating = 3; RESET lock_timeout`);
    await vi.waitFor(async () => expect(await sessions()).toMatchObject([{ state: 'idle' }]), SOON);
    upload.cut();
    await untilReleased();
    expect(await titles()).toEqual(['A', 'B']);
  });

  it.each([
    [
      'an open quote at its end',
      Buffer.from(`${HEADER}N,X,,1,,n\n"M,X,,1,,m\n`),
      {},
      'inside a quoted cell of the record in line 3',
    ],
    [
      'gzip that is cut off',
      gzipSync(HEADER + rows(0, 50_000)).subarray(0, -50),
      { 'content-encoding': 'gzip' },
      'gzip data is damaged',
    ],
    [
      'a bad gzip checksum',
      withBadChecksum(gzipSync(HEADER + rows(0, 50_000))),
      { 'content-encoding': 'gzip' },
      'gzip data is damaged',
    ],
  ])('changes nothing with %s', async (_, body, headers, detail) => {
    const { status, last } = await sendImport(transfer.url, new Uint8Array(body), {
      'content-type': 'text/csv',
      ...headers,
    });
    expect(status).toBe(200);
    expect(last).toEqual({
      error: {
        type: '/problems/malformed-request',
        title: 'Request is malformed',
        status: 400,
        detail: expect.stringContaining(detail),
        instance: '/books/import',
        requestId: 'test',
      },
    });
    expect(await titles()).toEqual(['A', 'B']);
    await untilReleased();
  });

  it('is a plain 400 when it is not gzip', async () => {
    const { status } = await sendImport(transfer.url, HEADER, {
      'content-type': 'text/csv',
      'content-encoding': 'gzip',
    });
    expect(status).toBe(400);
  });

  describe('by silence', () => {
    const { idle, rate } = importLimits;
    afterEach(() => Object.assign(importLimits, { idle, rate }));

    it('or trickles in ends in an error, however long it continues', async () => {
      Object.assign(importLimits, { idle: 500, rate: 1_000 });
      const dripping = [begin(), begin().send(HEADER).send(rows(0, 10))];
      const timer = setInterval(() => dripping.forEach((upload) => upload.send('t')), 50);
      await vi.waitFor(() => {
        expect(dripping[0]!.answer).toMatch(/^HTTP\/1.1 400 [^]*too slow/);
        expect(dripping[1]!.lines.at(-1)).toMatchObject({
          error: { detail: expect.stringMatching(/too slow/) },
        });
      }, SOON);
      clearInterval(timer);
      await untilReleased();
    });

    it('does not affect a slow upload at twice the minimum rate', async () => {
      Object.assign(importLimits, { idle: 500, rate: 1_000 });
      const upload = begin().send(HEADER);
      for (let i = 0; i < 20; i++) {
        upload.send(rows(i * 20, 20));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      upload.end();
      await vi.waitFor(() => expect(upload.lines.at(-1)).toMatchObject({ imported: 400 }), SOON);
    });

    it('ends in an error', async () => {
      importLimits.idle = 300;
      const before = begin();
      const within = begin().send(HEADER).send(rows(0, 10));
      await vi.waitFor(() => {
        expect(before.answer).toMatch(/^HTTP\/1.1 400 [^]*no data for/);
        expect(within.lines.at(-1)).toMatchObject({
          error: { status: 400, detail: expect.stringMatching(/no data/) },
        });
      }, SOON);
      await untilReleased();
      expect(await titles()).toEqual(['A', 'B']);
    });
  });
});

describe('an upload that only costs', () => {
  const gzip = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
  const ndjson = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
  const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`f${i}`, 0]));

  it.each([
    [
      'wrong lines',
      `${HEADER}${'x\n'.repeat(2_000_000)}`,
      gzip,
      /10000 records in a row .* line 10001: The row has 1/,
    ],
    ['lines that are no JSON', 'x\n'.repeat(2_000_000), ndjson, /10000 records in a row .* not JSON/],
    [
      'objects with thousands of fields',
      `${JSON.stringify(fields)}\n`.repeat(300),
      ndjson,
      /expands to more than 100/,
    ],
    ['blank lines', `${HEADER}${'\n'.repeat(2_000_000)}`, gzip, /expands to more than 100 times/],
    [
      'right lines',
      `${HEADER}${'A,X,a,1,1111111111,s1\n'.repeat(100_000)}`,
      gzip,
      /expands to more than 100 times/,
    ],
    ['lines of every length', `${HEADER}"${'x,'.repeat(1_000_000)}`, gzip, /expands to more than 100 times/],
  ])('is stopped: a few kilobytes of gzip of %s', async (_, text, headers, detail) => {
    const body = new Uint8Array(gzipSync(text));
    expect(body.length).toBeLessThan(100_000);
    const { last } = await sendImport(transfer.url, body, headers);
    expect(last).toMatchObject({ error: { status: 400, detail: expect.stringMatching(detail) } });
    expect(await titles()).toEqual(['A', 'B']);
  });

  it('is stopped only by consecutive rejections', async () => {
    const { rejections } = importLimits;
    importLimits.rejections = 10;
    const { last } = await sendImport(
      transfer.url,
      `${HEADER}${`${'x\n'.repeat(9)}A,X,a,1,,s1\n`.repeat(5)}`,
    );
    importLimits.rejections = rejections;
    expect(last).toMatchObject({ updated: 5, rejected: 45 });
  });
});

describe('a client', () => {
  it('that disconnects after sending everything has imported', async () => {
    await other.query('BEGIN; UPDATE books SET rating = 5 WHERE id = 1');
    const upload = begin().send(`${HEADER}A2,X,a,1,,s1\nN,X,,1,,n\n`).end();
    await untilBlocked();
    upload.cut();
    await other.query('COMMIT');
    await untilReleased();
    expect(await titles()).toEqual(['A2', 'B', 'N']);
  });

  it('that reads nothing before sending everything gets the response then', async () => {
    const upload = begin().send(HEADER);
    upload.socket.pause();
    for (let i = 0; i < 10; i++) upload.send(rows(i * 3_000, 3_000));
    upload.end().socket.resume();
    await vi.waitFor(() => expect(upload.lines.at(-1)).toMatchObject({ imported: 30_000 }), SOON);
  });
});

describe('a database that becomes unavailable', () => {
  it('while rows arrive: an error, and nothing has changed', async () => {
    const upload = begin().send(HEADER).send(rows(0, 6_000));
    await staged(upload);
    await other.query('SELECT pg_terminate_backend($1)', [(await sessions())[0]!.pid]);
    upload.send(rows(6_000, 2_000)).end();
    await vi.waitFor(() => expect(upload.lines.at(-1)).toMatchObject({ error: { status: 503 } }), SOON);
    expect(await titles()).toEqual(['A', 'B']);
  });

  it('during the merge: an error, and nothing has changed', async () => {
    await other.query('BEGIN; UPDATE books SET rating = 5 WHERE id = 2');
    const answer = sendImport(transfer.url, `${HEADER}A2,X,a,1,,s1\nB2,X,,1,,s2\n`);
    const [pid] = await untilBlocked();
    await other.query('SELECT pg_terminate_backend($1)', [pid]);
    expect((await answer).last).toMatchObject({ error: { status: 503, type: '/problems/unavailable' } });
    await other.query('COMMIT');
    expect(await titles()).toEqual(['A', 'B']);
  });
});

describe('concurrent work', () => {
  const sum = (answers: ImportAnswer[], count: 'imported' | 'updated' | 'rejected') =>
    answers.reduce((total, { last }) => total + last[count], 0);

  it('concurrent imports of the same file create no duplicates', async () => {
    const file = HEADER + rows(0, 3_000) + 'A2,X,a,1,1111111111,\n';
    const answers = await Promise.all([sendImport(transfer.url, file), sendImport(transfer.url, file)]);
    expect([sum(answers, 'imported'), sum(answers, 'updated'), sum(answers, 'rejected')]).toEqual([
      3_000, 3_002, 0,
    ]);
    expect(await titles()).toHaveLength(3_002);
  });

  it('one import over the limit is 503, and a later one is not', async () => {
    const running = [0, 1].map((i) => begin().send(HEADER + rows(i, 1)));
    for (const upload of running) await vi.waitFor(() => expect(upload.lines).not.toEqual([]), SOON);
    const response = await fetch(`${transfer.url}/import`, {
      method: 'POST',
      body: HEADER + rows(0, 50_000),
      headers: { 'content-type': 'text/csv' },
    });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
    for (const upload of running) {
      upload.end();
      await vi.waitFor(() => expect(upload.lines.at(-1)).toMatchObject({ imported: 1 }), SOON);
    }
    expect((await sendImport(transfer.url, HEADER)).last).toMatchObject({ imported: 0 });
  });

  it('a second import by the same user is 503, but not one by another user', async () => {
    const { port, url } = transfer;
    const first = new RawUpload(port, { 'x-user': 'ann' });
    uploads.push(first.send(HEADER + rows(0, 1)));
    await vi.waitFor(() => expect(first.lines).not.toEqual([]), SOON);
    const headers = { 'content-type': 'text/csv' };
    const body = HEADER + rows(1, 1);
    expect((await sendImport(url, body, { ...headers, 'x-user': 'ann' })).status).toBe(503);
    expect((await sendImport(url, body, { ...headers, 'x-user': 'bob' })).last).toMatchObject({
      imported: 1,
    });
    first.end();
    await vi.waitFor(() => expect(first.lines.at(-1)).toMatchObject({ imported: 1 }), SOON);
    expect((await sendImport(url, body, { ...headers, 'x-user': 'ann' })).last).toMatchObject({ updated: 1 });
  });

  it('keeps the changes of a concurrent PATCH to fields that the file does not have', async () => {
    await other.query(
      `BEGIN; UPDATE books SET description = 'new', rating = 5, version = version + 1 WHERE id = 1`,
    );
    const answer = sendImport(transfer.url, 'sourceId,rating\ns1,3\ns2,3\n');
    await untilBlocked();
    await other.query('COMMIT');
    expect((await answer).last).toMatchObject({ updated: 2, rejected: 0 });
    const { rows: found } = await other.query(
      'SELECT description, rating::float8, version FROM books ORDER BY id',
    );
    expect(found).toEqual([
      { description: 'new', rating: 3, version: 3 },
      { description: 'b', rating: 3, version: 2 },
    ]);
  });

  it('updates a book that is created concurrently', async () => {
    await other.query(
      `BEGIN; INSERT INTO books (title, author, description, rating, isbn) VALUES ('Theirs', 'X', '', 1, '9999999999')`,
    );
    const answer = sendImport(transfer.url, `${HEADER}N,X,,1,,n\nOurs,X,,1,9999999999,\n`);
    await untilBlocked();
    await other.query('COMMIT');
    expect((await answer).last).toEqual({ imported: 1, updated: 1, rejected: 0, errors: [] });
    expect((await titles()).sort()).toEqual(['A', 'B', 'N', 'Ours']);
  });

  it('retries after a deadlock', async () => {
    await other.query(`BEGIN; SET LOCAL deadlock_timeout = '1min'; UPDATE books SET rating = 5 WHERE id = 2`);
    const answer = sendImport(transfer.url, `${HEADER}A2,X,a,1,,s1\nB2,X,b,1,,s2\n`);
    await untilBlocked();
    await other.query('UPDATE books SET rating = 5 WHERE id = 1');
    await other.query('COMMIT');
    expect((await answer).last).toMatchObject({ updated: 2 });
    expect(await titles()).toEqual(['A2', 'B2']);
  });

  it('never uses a connection of the pool, and does not block requests', async () => {
    const { options } = (transfer.dataSource.driver as unknown as { master: pg.Pool }).master;
    const runners = Array.from({ length: options.max ?? 0 }, () => transfer.dataSource.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    expect((await sendImport(transfer.url, HEADER + rows(0, 10))).last).toMatchObject({ imported: 10 });
    await Promise.all(runners.map((runner) => runner.release()));
  });
});

it('ends with an error when the server stops, and changes nothing', async () => {
  const second = await startTransferApp(transfer.databaseUrl);
  const upload = begin(second.port).send(HEADER + rows(0, 10));
  await vi.waitFor(() => expect(upload.lines).not.toEqual([]), SOON);
  const closed = second.close();
  await vi.waitFor(() => {
    expect(upload.lines.at(-1)).toMatchObject({ error: { status: 503, detail: 'The server is stopping' } });
  }, SOON);
  upload.cut();
  await closed;
  await untilReleased();
  expect(await titles()).toEqual(['A', 'B']);
});

function withBadChecksum(gzip: Buffer): Buffer {
  gzip[gzip.length - 6]! ^= 0xff;
  return gzip;
}
