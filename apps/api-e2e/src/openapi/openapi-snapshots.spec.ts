import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationPage } from '../support/configuration-page.js';
import { expectSnapshot } from '../support/expect-snapshot.js';
import { routeTableOf } from '../support/route-table.js';
import { send, TestApp } from '../support/test-app.js';

describe('What the application promises', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('has the policies of its routes as they were last agreed', async () => {
    await expectSnapshot('apps/api/routes.snapshot.txt', routeTableOf(app).toString());
  });

  it('has the OpenAPI document as it was last agreed', async () => {
    const { text } = await send(app.url, 'GET', '/openapi.json');
    await expectSnapshot(
      'apps/api/openapi.snapshot.json',
      `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`,
    );
  });

  it('has the page of its settings as they are', async () => {
    await expectSnapshot('docs/configuration.md', await configurationPage());
  });

  it('documents every route of the table and no other', () => {
    const { openApiDocument } = app.app.getHttpAdapter().getInstance();
    const documented = Object.entries(openApiDocument.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = routeTableOf(app).routes.map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(documented.sort()).toEqual(routes.sort());
  });
});
