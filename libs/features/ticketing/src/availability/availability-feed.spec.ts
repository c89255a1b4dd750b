import { Writable } from 'node:stream';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '@gatehouse/http';
import { Draining } from '@gatehouse/observability';
import { callerOf } from '@gatehouse/users/testing';
import { EventsService } from '../events/events.service.js';
import { type Made, refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import { ExpiredTickets } from '../tickets/expired-tickets.js';
import { TicketsService } from '../tickets/tickets.service.js';
import type { Availability } from './availability.js';
import { AvailabilityFeed } from './availability-feed.js';
import { EventStreamLimits } from './event-stream-limits.js';
import { AvailabilityStream } from './availability-stream.js';

const CLIENT = '192.0.2.1';

let database: TicketingDatabase;
let feed: AvailabilityFeed;
let buyer: Principal;

beforeAll(async () => {
  database = await TicketingDatabase.start();
  feed = database.get(AvailabilityFeed);
  buyer = await database.newCaller();
});
afterAll(() => database.stop());

/** Reads a stream continuously and keeps its events. */
class Watcher {
  readonly told: Availability[] = [];
  isOver = false;

  constructor(readonly stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      if (text === ':\n\n') return;
      expect(text).toMatch(/^data: .*\n\n$/);
      this.told.push(JSON.parse(text.slice('data: '.length)) as Availability);
    });
    stream.once('end', () => (this.isOver = true));
  }

  get used(): number | undefined {
    return this.told.at(-1)?.used;
  }
}

async function watch({ eventId }: Made): Promise<Watcher> {
  const watcher = new Watcher(await feed.watch(eventId, CLIENT));
  await expect.poll(() => watcher.told.length).toBeGreaterThan(0);
  return watcher;
}

describe('the availability of an event', () => {
  it('is sent at once, then on each purchase, cancellation, expiry and edit', async () => {
    const made = await database.newEvent({ event: { quota: 10 } });
    const watcher = await watch(made);
    const places = { quota: null, used: 0, remaining: null };
    expect(watcher.told).toEqual([
      {
        eventId: made.eventId,
        quota: 10,
        used: 0,
        remaining: 10,
        sessions: [{ id: made.sessionId, ...places }],
        categories: [{ id: made.categoryId, ...places }],
      },
    ]);
    const [first, late] = [await database.buy(made, buyer), await database.buy(made, buyer)];
    await expect.poll(() => watcher.used).toBe(2);
    await database.get(TicketsService).cancel(first.id, buyer);
    await expect.poll(() => watcher.used).toBe(1);
    await database.letExpire(late.id);
    await database.get(ExpiredTickets).sweep(10);
    await expect.poll(() => watcher.used).toBe(0);
    await database.get(EventsService).update(made.eventId, { quota: 7 }, callerOf('admin'));
    await expect.poll(() => watcher.told.at(-1)?.remaining).toBe(7);
    watcher.stream.destroy();
  });

  it('includes sales by another process, with the same bytes for everyone', async () => {
    const made = await database.newEvent();
    const second = await database.another();
    try {
      const chunks: Buffer[][] = [[], []];
      for (const own of chunks)
        (await second.context.get(AvailabilityFeed, { strict: false }).watch(made.eventId, CLIENT)).on(
          'data',
          (chunk: Buffer) => own.push(chunk),
        );
      await database.buy(made, buyer);
      await expect
        .poll(() => String(chunks[0]!.at(-1)) + String(chunks[1]!.at(-1)))
        .toMatch(/"used":1.*"used":1/s);
      expect(chunks[0]!.at(-1)!.buffer).toBe(chunks[1]!.at(-1)!.buffer);
    } finally {
      await second.stop();
    }
  });

  it('is sent again after the connection to the database was lost', async () => {
    const made = await database.newEvent();
    const watcher = await watch(made);
    const lose = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'gatehouse-bus'`;
    await database.dataSource.query(lose);
    // Nobody is notified of this change.
    await database.dataSource.query('UPDATE ticketing_events SET quota = 3 WHERE id = $1', [made.eventId]);
    await expect.poll(() => watcher.told.at(-1)?.quota).toBe(3);
    await database.buy(made, buyer);
    await expect.poll(() => watcher.used).toBe(1);
    watcher.stream.destroy();
  });

  it('does not exist for an unknown event', async () => {
    expect(await refusalOf(feed.watch(buyer.id, CLIENT))).toEqual([404, 'Event not found']);
  });
});

describe('a stream', () => {
  it('sends a slow client only the newest state', async () => {
    const taken: string[] = [];
    let release = (): void => undefined;
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _, done) => {
        taken.push(chunk.toString());
        if (taken.length > 1) done();
        else release = done;
      },
    });
    const stream = new AvailabilityStream(() => undefined);
    stream.pipe(slow);
    for (let state = 0; state < 1_000; state++) {
      stream.send(Buffer.from(`${state}\n`));
      await new Promise(setImmediate);
    }
    release();
    await expect.poll(() => taken.at(-1)).toBe('999\n');
    expect(taken.length).toBeLessThan(5);
    stream.destroy();
  });

  it('is closed when the client disconnects, and at shutdown', async () => {
    const made = await database.newEvent();
    const second = await database.another();
    try {
      const own = second.context.get(AvailabilityFeed, { strict: false });
      const [leaving, staying] = [
        await own.watch(made.eventId, CLIENT),
        await own.watch(made.eventId, CLIENT),
      ];
      leaving.destroy();
      const watcher = new Watcher(staying);
      second.context.get(Draining, { strict: false }).begin();
      await expect.poll(() => watcher.isOver).toBe(true);
      const late = new Watcher(await own.watch(made.eventId, CLIENT));
      await expect.poll(() => late.isOver).toBe(true);
    } finally {
      await second.stop();
    }
  });

  it('is limited per address and per process, and makes room when it ends', async () => {
    const { eventId } = await database.newEvent();
    const second = await database.another();
    try {
      const own = second.context.get(AvailabilityFeed, { strict: false });
      Object.assign(second.context.get(EventStreamLimits, { strict: false }), {
        perHolder: 2,
        perProcess: 3,
      });
      const [first] = [await own.watch(eventId, CLIENT), await own.watch(eventId, CLIENT)];
      const tooMany = {
        message: 'Too many event streams from one address. Max 2 at once',
        headers: { 'retry-after': '60' },
      };
      await expect(own.watch(eventId, CLIENT)).rejects.toMatchObject(tooMany);
      await expect(own.watch(eventId, `::ffff:${CLIENT}`)).rejects.toMatchObject(tooMany);
      // A stream that does not exist takes no slot.
      for (let i = 0; i < 3; i++) expect((await refusalOf(own.watch(buyer.id, '192.0.2.2')))[0]).toBe(404);
      await own.watch(eventId, '2001:db8::1');
      const full = { message: 'Too many event streams', headers: { 'retry-after': '60' } };
      await expect(own.watch(eventId, '192.0.2.3')).rejects.toMatchObject(full);
      first.destroy();
      await own.watch(eventId, '192.0.2.3');
      await expect(own.watch(eventId, CLIENT)).rejects.toMatchObject(full);
    } finally {
      await second.stop();
    }
  });

  it('ends after its lifetime, so that its client reconnects', async () => {
    const { eventId } = await database.newEvent();
    const second = await database.another();
    try {
      const limits = second.context.get(EventStreamLimits, { strict: false });
      expect(limits.life).toBe(3_600_000);
      limits.perHolder = 1;
      const own = second.context.get(AvailabilityFeed, { strict: false });
      const watcher = new Watcher(await own.watch(eventId, CLIENT));
      await expect.poll(() => watcher.told.length).toBe(1);
      limits.life = 60_000;
      own.beat();
      await sleep(50);
      expect(watcher.isOver).toBe(false);
      limits.life = 1;
      own.beat();
      await expect.poll(() => watcher.isOver).toBe(true);
      expect(watcher.told).toHaveLength(1);
      await expect
        .poll(() =>
          own.watch(eventId, CLIENT).then(
            () => true,
            () => false,
          ),
        )
        .toBe(true);
    } finally {
      await second.stop();
    }
  });
});
