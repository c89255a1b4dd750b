import { afterAll, describe, expect, it } from 'vitest';
import { matrix } from './support/authorization-matrix.js';
import { type Cell, prepare } from './support/matrix/cell.js';
import type { Column } from './support/matrix/row.js';
import { routeTableOf } from './support/route-table.js';
import { rowFingerprint } from './support/row-fingerprint.js';
import { TestApp } from './support/test-app.js';

const app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
afterAll(() => app.stop());

const admin = await app.loginAs('admin');
const routes = routeTableOf(app).routes.map(({ method, path }) => `${method} ${path}`);
const routeOf = (row: string): string => row.replace(/ \(.*\)$/, '');
const rows = Object.entries(matrix).map(([name, row]) => ({ name, route: routeOf(name), ...row }));
const hasApiKeys = routes.includes('POST /api/v1/auth/api-keys');

function columnsOf(statuses: object): Column[] {
  const columns = Object.keys(statuses) as Column[];
  return hasApiKeys ? columns : columns.filter((column) => column !== 'key' && column !== 'bareKey');
}

const fingerprint = () => rowFingerprint(app.dataSource);

/** Sends all at once. @returns the statuses by caller */
async function statusesOf(cells: Cell[], method?: string): Promise<Record<string, number>> {
  const pairs = cells.map(async ({ column, send }) => [column, await send(method)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

describe('Who may call what', () => {
  it('is said of every route, and of no other', () => {
    const known = new Set(rows.map(({ route }) => route));
    expect({
      'routes without a row in support/authorization-matrix.ts': routes.filter((route) => !known.has(route)),
      'rows without a route': rows.filter(({ route }) => !routes.includes(route)).map(({ name }) => name),
    }).toEqual({ 'routes without a row in support/authorization-matrix.ts': [], 'rows without a route': [] });
  });

  it.each(rows.filter(({ route }) => routes.includes(route)))('$name', async ({ route, ...row }) => {
    const columns = columnsOf(row.statuses);
    const cells = await Promise.all(columns.map((column) => prepare(app, admin, route, row, column)));
    const expected = Object.fromEntries(cells.map(({ column, status }) => [column, status]));
    expect(Math.min(...Object.values(expected)), 'the request would succeed for somebody').toBeLessThan(300);

    const isRead = route.startsWith('GET ');
    const acting = isRead ? [] : cells.filter(({ status }) => status < 300);
    const before = await fingerprint();
    const harmless = await statusesOf(cells.filter((cell) => !acting.includes(cell)));
    const after = await fingerprint();
    const acted: Record<string, number> = {};
    for (const { column, status, send } of acting) {
      const unchanged = await fingerprint();
      acted[column] = await send();
      if (acted[column] === status) await expect.poll(fingerprint, { timeout: 5000 }).not.toEqual(unchanged);
    }

    expect({ ...harmless, ...acted }).toEqual(expected);
    expect(after, 'what is refused or only read changes nothing').toEqual(before);
    if (isRead) expect(await statusesOf(cells, 'HEAD'), 'HEAD as GET').toEqual(expected);
  });
});
