// needs: books
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { print } from './print.js';
import type { TwoProcesses } from './two-processes.js';

const UPDATES = 200;
const MISSES = 500;

/**
 * Guarantees of the cache for two processes, whatever its store.
 * @param started returns the running processes
 */
export function cacheBetweenProcesses(started: () => TwoProcesses): void {
  it('shows an update through one process in the next read of both', async () => {
    const [a, b] = started().both.map(({ client }) => client) as [Client, Client];
    const token = await a.tokenOf('admin');
    const fields = {
      title: 'Update 0',
      author: 'Alternating',
      description: 'Is changed often.',
      rating: 3,
    };
    const { headers } = await a.send('POST', '/api/v1/books', { token, body: fields });
    const list = '/api/v1/books/author/Alternating';
    let hits = 0;
    for (let n = 1; n <= UPDATES; n++) {
      const [writer, reader] = n % 2 ? [a, b] : [b, a];
      const title = `Update ${n}`;
      const { status } = await writer.send('PATCH', headers['location']!, { token, body: { title } });
      expect(status).toBe(200);
      const answers = await Promise.all([
        reader.get(list),
        writer.get(list),
        reader.get(list),
        writer.get(list),
      ]);
      answers.push(await reader.get(list), await writer.get(list));
      expect(answers.map(({ body }) => body.items[0].title)).toEqual(Array(answers.length).fill(title));
      hits += answers.filter((answer) => answer.headers['x-cache'] === 'HIT').length;
    }
    // Otherwise the cache would not have been tested.
    expect(hits).toBeGreaterThan(UPDATES);
  });

  it('shows an update while both are read continuously', async () => {
    const [a, b] = started().both.map(({ client }) => client) as [Client, Client];
    const token = await a.tokenOf('admin');
    const fields = { title: 'Race 0', author: 'Racing', description: 'Is read all the time.', rating: 3 };
    const { headers } = await a.send('POST', '/api/v1/books', { token, body: fields });
    const list = '/api/v1/books/author/Racing';
    let written = 0;
    let reads = 0;
    const stale: string[] = [];
    const read = async (client: Client): Promise<void> => {
      while (written < 50) {
        const atLeast = written;
        const { body } = await client.get(list);
        const seen = Number(body.items[0].title.split(' ')[1]);
        reads++;
        if (seen < atLeast) stale.push(`${seen} after ${atLeast}`);
      }
    };
    const readers = [a, b, a, b].map(read);
    for (let n = 1; n <= 50; n++) {
      await (n % 2 ? a : b).send('PATCH', headers['location']!, { token, body: { title: `Race ${n}` } });
      written = n;
    }
    await Promise.all(readers);
    expect(stale).toEqual([]);
    expect(reads).toBeGreaterThan(50);
  });

  let pageSize = 7;
  // Retried with another list when a busy machine has not let all requests arrive in time.
  it(`queries the database once for ${MISSES} concurrent misses in a process`, { retry: 3 }, async () => {
    const { both, databaseUrl } = started();
    const [a, b] = both.map(({ client }) => client) as [Client, Client];
    const ask = (clients: Client[], times: number) => {
      const path = `/api/v1/books?pageSize=${pageSize++}`;
      return whileLocked(databaseUrl, () =>
        Array.from({ length: times }, (_, i) => clients[i % clients.length]!.get(path)),
      );
    };

    const single = await ask([a], 1);
    expect(single.queries).toBeGreaterThan(0);
    const one = await ask([a], MISSES);
    const two = await ask([a, b], MISSES);
    for (const { answers } of [one, two]) {
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers[0]!.status).toBe(200);
      expect(answers.filter(({ headers }) => headers['x-cache'] === 'MISS')).toHaveLength(MISSES);
    }
    print(
      `queries of 1 miss: ${single.queries}, of ${MISSES}: ${one.queries}, over two processes: ${two.queries}`,
    );
    expect([one.queries, two.queries]).toEqual([single.queries, 2 * single.queries]);
  });
}

type Client = TwoProcesses['a']['client'];
type Answer = Awaited<ReturnType<Client['get']>>;

/** Sends requests while the table of books is locked. @returns the number of queries that wait for the lock */
async function whileLocked(
  databaseUrl: string,
  send: () => Promise<Answer>[],
): Promise<{ queries: number; answers: Answer[] }> {
  const lock = new pg.Client({ connectionString: databaseUrl });
  await lock.connect();
  let requests: Promise<Answer>[];
  let queries: number;
  try {
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE books IN ACCESS EXCLUSIVE MODE');
    requests = send();
    expect(await Promise.race([...requests, sleep(1_500, 'no answer')])).toBe('no answer');
    const { rows } = await lock.query<{ count: number }>(
      `SELECT count(*)::integer FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND backend_type = 'client backend'`,
    );
    queries = rows[0]!.count;
  } finally {
    await lock.end();
  }
  return { queries, answers: await Promise.all(requests) };
}
