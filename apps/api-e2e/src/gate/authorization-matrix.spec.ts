import { afterAll, describe, expect, it } from 'vitest';
import { actionRows } from '../support/action-rows.js';
import { matrix as declared, matrixFeatures } from '../support/authorization-matrix.js';
import { type Cell, prepare } from '../support/matrix/cell.js';
import type { Column, Row } from '../support/matrix/row.js';
import { routeTableOf } from '../support/route-table.js';
import { rowFingerprint } from '../support/row-fingerprint.js';
import { TestApp } from '../support/test-app.js';

const app = await TestApp.start({ THROTTLE_DISABLED: 'true' }, matrixFeatures);
afterAll(() => app.stop());

const admin = await app.loginAs('admin');
const { routes: all, aliases } = routeTableOf(app);
const matrix = { ...declared, ...actionRows(aliases, declared) };
const routes = [...all, ...aliases].map(({ method, path }) => `${method} ${path}`);
const hasApiKeys = routes.includes('POST /api/v1/auth/api-keys');

/** The route of a row: its name without the note. */
const routeOf = (row: string): string => row.replace(/ \(.*\)$/, '');

function columnsOf({ statuses }: Row): Column[] {
  const columns = Object.keys(statuses) as Column[];
  return hasApiKeys
    ? columns
    : columns.filter((column) => column !== 'key' && column !== 'keyWithoutPermissions');
}

/** Sends all concurrently. @returns the statuses by caller */
async function statusesOf(cells: Cell[], method?: string): Promise<Record<string, number>> {
  const pairs = cells.map(async ({ column, send }) => [column, await send(method)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

/** Sends one after the other, and expects that each successful one has written something. */
async function statusesOfWrites(cells: Cell[]): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  for (const { column, status, send } of cells) {
    const before = await fingerprint();
    statuses[column] = await send();
    // Some is written soon after the response.
    if (statuses[column] === status) await expect.poll(fingerprint).not.toEqual(before);
  }
  return statuses;
}

const fingerprint = () => rowFingerprint(app.dataSource);

describe('Who may call what', () => {
  it('is declared for every route, and for no other', () => {
    const known = new Set(Object.keys(matrix).map(routeOf));
    const withoutRow = routes.filter((route) => !known.has(route));
    expect(withoutRow, 'routes without a row in the authorization.ts of their feature').toEqual([]);
    const withoutRoute = [...known].filter((route) => !routes.includes(route));
    expect(withoutRoute, 'rows without a route').toEqual([]);
  });

  it.each(Object.entries(matrix).filter(([name]) => routes.includes(routeOf(name))))(
    '%s',
    async (name, row) => {
      const route = routeOf(name);
      const cells = await Promise.all(
        columnsOf(row).map((column) => prepare(app, admin, route, row, column)),
      );
      const expected = Object.fromEntries(cells.map(({ column, status }) => [column, status]));
      expect(Math.min(...Object.values(expected)), 'somebody may').toBeLessThan(300);

      const isRead = route.startsWith('GET ');
      const writes = isRead || row.writesNothing ? [] : cells.filter(({ status }) => status < 300);
      const before = await fingerprint();
      const others = await statusesOf(cells.filter((cell) => !writes.includes(cell)));
      const after = await fingerprint();
      expect({ ...others, ...(await statusesOfWrites(writes)) }).toEqual(expected);
      expect(after, 'what is refused or only read has changed something').toEqual(before);
      if (isRead) expect(await statusesOf(cells, 'HEAD'), 'HEAD as GET').toEqual(expected);
    },
  );
});
