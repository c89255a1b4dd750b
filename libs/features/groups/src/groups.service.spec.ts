import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestFeatures } from '@gatehouse/users/testing';
import { ListGroupsQuery } from './group.dto.js';
import { GroupsService } from './groups.service.js';
import { admin, client, startAccess, trailOf, UNKNOWN } from './testing.js';

let features: TestFeatures;
let groups: GroupsService;

beforeAll(async () => {
  features = await startAccess();
  groups = features.context.get(GroupsService);
});
afterAll(() => features.stop());

const create = (name: string, description: string | null = null) =>
  groups.create({ name, description }, admin, client);
const by = { actorId: admin.id, address: client.address };

describe('A group', () => {
  it('is returned with every field, as stored', async () => {
    const group = await create('Editors', 'They edit');
    expect(group).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Editors',
      description: 'They edit',
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    });
    expect(await groups.get(group.id)).toEqual(group);
  });

  it('has a unique name, regardless of case and concurrency', async () => {
    const names = Array.from({ length: 20 }, (_, n) => (n % 2 ? 'Readers' : 'readers'));
    const results = await Promise.allSettled(names.map((name) => create(name)));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(19);
    for (const { reason } of refused as PromiseRejectedResult[])
      expect(reason).toMatchObject({ status: 409, detail: 'Group with this name already exists' });
  });

  it.each(['STRASSE', 'nesbø', 'NESBO', 'ｎｅｓ'])(
    'is found by %s whatever the case, accents and width',
    async (q) => {
      const { id, name } = await create('Straßen von Nesbo\u0308');
      const { items } = await groups.list(Object.assign(new ListGroupsQuery(), { page: 1, pageSize: 10, q }));
      expect(items.map((group) => group.name)).toEqual([name]);
      await groups.remove(id, admin, client);
    },
  );

  it('may change the case of its own name, but not take the name of another', async () => {
    const { id } = await create('Writers');
    await create('Painters');
    expect(await groups.update(id, { name: 'WRITERS' }, admin, client)).toMatchObject({ name: 'WRITERS' });
    await expect(groups.update(id, { name: 'painters' }, admin, client)).rejects.toThrow('already exists');
    expect(await groups.get(id)).toMatchObject({ name: 'WRITERS' });
  });

  it('changes only the given fields, and is audited when something changed', async () => {
    const before = await create('Sculptors', 'Stone');
    expect(await groups.update(before.id, {}, admin, client)).toEqual(before);
    expect(await groups.update(before.id, { name: 'Sculptors' }, admin, client)).toEqual(before);
    const changed = await groups.update(before.id, { description: null }, admin, client);
    expect(changed).toMatchObject({ name: 'Sculptors', description: null });
    await groups.remove(before.id, admin, client);
    expect(await trailOf(features, before.id)).toEqual([
      { action: 'access.group-created', ...by, details: { name: 'Sculptors' } },
      { action: 'access.group-changed', ...by, details: { description: null } },
      { action: 'access.group-deleted', ...by, details: { name: 'Sculptors' } },
    ]);
  });

  it('is not found when it does not exist or was deleted', async () => {
    const { id } = await create('Dancers');
    const results = await Promise.allSettled([1, 2].map(() => groups.remove(id, admin, client)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const missing of [id, UNKNOWN]) {
      const message = `Group ${missing} not found`;
      await expect(groups.get(missing)).rejects.toThrow(message);
      await expect(groups.update(missing, { name: 'x' }, admin, client)).rejects.toThrow(message);
      await expect(groups.remove(missing, admin, client)).rejects.toThrow(message);
    }
  });
});
