// needs: ticketing
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, SOON, type TestDatabase } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProcess, MAIN } from '../support/api-process.js';
import { BoxOffice } from '../ticketing/box-office.js';
import { print } from '../support/print.js';
import { SocketClient } from '../support/socket-client.js';

const REPORT = fileURLToPath(new URL('../support/memory-report.child.ts', import.meta.url));
const COUNT = 1_000;
const GOAL_MS = 200;
const DROPPED = 500;
/** Bound for what is left in the heap of each socket that has come and gone. */
const KB_LEFT = 1;

describe('Many sockets at one process', () => {
  let database: TestDatabase;
  let api: ApiProcess;
  let admin: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await ApiProcess.start(
      { DATABASE_URL: database.url },
      {
        folder: dirname(MAIN),
        command: [process.execPath, '--no-warnings', '--expose-gc', '--import', REPORT, MAIN],
      },
    );
    admin = await api.client.tokenOf('admin');
  });
  afterAll(async () => {
    await api?.stop();
    await database?.drop();
  });

  async function open(count: number): Promise<SocketClient[]> {
    const headers = { authorization: `Bearer ${admin}` };
    const clients: SocketClient[] = [];
    while (clients.length < count)
      clients.push(
        ...(await Promise.all(Array.from({ length: 50 }, () => SocketClient.open(api.url, { headers })))),
      );
    return clients;
  }

  /** KB of objects and buffers after a garbage collection. */
  async function memory(): Promise<number> {
    const from = api.stdout.length;
    api.signal('SIGUSR2');
    const line = /^memory (.*)$/m;
    await expect.poll(() => api.stdout.slice(from).join(''), SOON).toMatch(line);
    const { heapUsed, external } = JSON.parse(line.exec(api.stdout.slice(from).join(''))![1]!);
    return (heapUsed + external) / 1024;
  }

  const openSockets = async (): Promise<number> => {
    const { text } = await api.client.get('/metrics');
    return Number(/^sockets_open (\d+)$/m.exec(text)![1]);
  };

  it(`gives the memory of ${DROPPED} sockets back when they drop, in the middle of their messages`, async () => {
    const round = async (): Promise<number> => {
      const clients = await open(DROPPED);
      await Promise.all(clients.map((client) => client.ask('join', { room: 'dropped' })));
      const busy = await memory();
      for (const client of clients) {
        client.send('echo', 'x'.repeat(1000));
        client.socket.terminate();
      }
      await expect.poll(openSockets, SOON).toBe(0);
      return busy;
    };
    // Warm-up, so that compilation is not counted.
    for (let i = 0; i < 3; i++) await round();
    const before = await memory();
    const busy = await round();
    await round();
    const after = await memory();
    print(
      `a socket: ${((busy - before) / DROPPED).toFixed(1)} KB; left of each: ${((after - before) / DROPPED / 2).toFixed(2)} KB`,
    );
    expect((after - before) / DROPPED / 2).toBeLessThan(KB_LEFT);
  });

  it(`tells ${COUNT} clients of a change`, async () => {
    const office = BoxOffice.open(database.url);
    const { eventId } = await office.putOnSale(api.client, admin, 100);
    const clients = await open(COUNT);
    await Promise.all(clients.map((client) => client.ask('subscribe', { eventId })));
    await Promise.all(clients.map((client) => client.ask('join', { room: 'all' })));
    /** Milliseconds from `act` until the last client has received a message that fits. */
    const until = async (fits: (text: string) => boolean, act: () => unknown): Promise<number> => {
      let left = COUNT;
      const { promise, resolve } = Promise.withResolvers<number>();
      const start = performance.now();
      for (const { socket } of clients) {
        const hear = (data: Buffer): void => {
          if (!fits(data.toString())) return;
          socket.off('message', hear);
          if (--left === 0) resolve(performance.now() - start);
        };
        socket.on('message', hear);
      }
      await act();
      return promise;
    };
    const times = { room: [] as number[], availability: [] as number[] };
    for (let i = 1; i <= 5; i++) {
      times.room.push(
        await until(
          (text) => text.includes(`: turn ${i}`),
          () => clients[0]!.send('say', { room: 'all', text: `turn ${i}` }),
        ),
      );
      times.availability.push(
        await until(
          (text) => text.includes(`"quota":${100 + i},`),
          () =>
            api.client.send('PATCH', `/api/v1/ticketing/events/${eventId}`, {
              token: admin,
              body: { quota: 100 + i },
            }),
        ),
      );
      await sleep(200);
    }
    for (const [what, all] of Object.entries(times)) {
      const [best, median] = [Math.min(...all), all.toSorted((a, b) => a - b)[2]!];
      print(
        `${COUNT} clients told by ${what}: best ${Math.round(best)} ms, median ${Math.round(median)} ms, goal ${GOAL_MS}`,
      );
    }
    for (const { socket } of clients) socket.terminate();
    await office.close();
  });
});
