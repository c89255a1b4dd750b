import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '@gatehouse/http';
import type { CursorPageOf, PageOf } from '@gatehouse/listing';
import { Delivery } from './delivery.js';
import { InboxService } from './inbox.service.js';
import type { InboxItemDto } from './notification.dto.js';
import { Notifications } from './notifications.js';
import { NotificationsDatabase, refusalOf } from './testing/notifications.js';

let database: NotificationsDatabase;
let inbox: InboxService;
let reader: Principal;

beforeAll(async () => {
  database = await NotificationsDatabase.start();
  inbox = database.get(InboxService);
});
afterAll(() => database.stop());
beforeEach(async () => {
  reader = await database.newCaller();
});

/** Delivers a notification to a user. @returns its id */
async function tell({ id: userId }: Principal, title = 'Title'): Promise<string> {
  const { manager } = database.dataSource;
  const { id } = await database.get(Notifications).post({ title, body: 'Body', userId }, manager);
  await database.get(Delivery).deliver(id);
  return id;
}

const page = async (isRead?: boolean) =>
  (await inbox.list({ page: 1, pageSize: 10, isRead } as never, reader)) as PageOf<InboxItemDto>;
const idsOf = ({ items }: { items: InboxItemDto[] }) => items.map(({ id }) => id);

describe('an inbox', () => {
  it('contains the notifications of its owner, newest first, and no others', async () => {
    const first = await tell(reader, 'First');
    await tell(await database.newCaller());
    const second = await tell(reader, 'Second');
    const found = await page();
    expect(found).toMatchObject({ total: 2, items: [{ id: second, title: 'Second' }, { id: first }] });
    expect(found.items[1]).toEqual({
      id: first,
      title: 'First',
      body: 'Body',
      topicId: null,
      readAt: null,
      createdAt: expect.any(Date),
    });
  });

  it('misses and repeats nothing by cursor while more arrive', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift(await tell(reader));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const part = (await inbox.list({ cursor, limit: 2 } as never, reader)) as CursorPageOf<InboxItemDto>;
      seen.push(...idsOf(part));
      cursor = part.nextCursor;
      await tell(reader);
    }
    expect(seen).toEqual(ids);
  });

  it('reports what is read, and since when, even when marked again', async () => {
    const [read, unread] = [await tell(reader), await tell(reader)];
    await inbox.read(read, reader);
    const [{ readAt }] = (await page(true)).items as [InboxItemDto];
    expect(readAt).toBeInstanceOf(Date);
    await inbox.read(read, reader);
    expect(await page(true)).toMatchObject({ total: 1, items: [{ id: read, readAt }] });
    expect(idsOf(await page(false))).toEqual([unread]);
    expect((await page()).total).toBe(2);
  });

  it('cannot be read by other users', async () => {
    const other = await database.newCaller();
    const id = await tell(other);
    for (const missing of [id, uuidv7()])
      expect(await refusalOf(inbox.read(missing, reader))).toEqual([
        404,
        `Notification ${missing} not found`,
      ]);
  });
});
