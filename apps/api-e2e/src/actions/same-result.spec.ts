import { afterAll, describe, expect, it } from 'vitest';
import { actionStatus, fieldsOf } from '../support/action-rows.js';
import { matrix, matrixFeatures } from '../support/authorization-matrix.js';
import { credentialsOf, pathOf } from '../support/matrix/cell.js';
import type { Column } from '../support/matrix/row.js';
import { Scene } from '../support/matrix/scene.js';
import { routeTableOf } from '../support/route-table.js';
import { type Answer, TestApp } from '../support/test-app.js';

const app = await TestApp.start({ THROTTLE_DISABLED: 'true' }, matrixFeatures);
afterAll(() => app.stop());

const admin = await app.loginAs('admin');
const reads = routeTableOf(app).aliases.flatMap(({ path, routes }) =>
  routes.filter(({ method }) => method === 'GET').map((route) => ({ action: path, pattern: route.path })),
);

/** Times that change with each request. */
const withoutUse = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body ?? null, (name, value: unknown) => (name === 'lastUsedAt' ? undefined : value)),
  );

function expectSame(action: Answer, direct: Answer): void {
  expect(action.status).toBe(actionStatus(direct.status));
  if (direct.status < 300) {
    const { body } = direct;
    expect(withoutUse(action.body)).toEqual(withoutUse(Array.isArray(body) ? { items: body } : body));
  } else if (action.status === direct.status) {
    const { instance: _, requestId: _id, ...problem } = direct.body;
    expect(action.body).toMatchObject(problem);
  } else expect(action.body.detail).toContain('is Invalid');
}

describe.each(reads)('$action gives each caller what GET $pattern gives', ({ action, pattern }) => {
  const rows = Object.entries(matrix).filter(([name]) => name.replace(/ \(.*\)$/, '') === `GET ${pattern}`);

  it.each(rows)('%s', async (_, row) => {
    for (const column of Object.keys(row.statuses) as Column[]) {
      const scene = await Scene.set(app, admin, column);
      const { params, ...ask } = (await row.ask?.(scene)) ?? {};
      const credentials = await credentialsOf(app, scene, row, column);
      const headers = { ...ask.headers, ...credentials.headers };
      const direct = await app.request('GET', pathOf(pattern, params), { ...credentials, headers });
      const body = fieldsOf({ ...ask, ...(params && { params }) }, pattern);
      expectSame(await app.request('POST', action, { ...credentials, headers, body }), direct);
    }
  });
});
