import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationPage } from '../support/configuration-page.js';
import { expectSnapshot } from '../support/expect-snapshot.js';
import { routeTableOf } from '../support/route-table.js';
import { send, TestApp } from '../support/test-app.js';

describe('The contract of the application', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('has the recorded policies of its routes', async () => {
    await expectSnapshot('apps/api/routes.snapshot.txt', routeTableOf(app).toString());
  });

  it('has the recorded OpenAPI document', async () => {
    const { text } = await send(app.url, 'GET', '/openapi.json');
    await expectSnapshot(
      'apps/api/openapi.snapshot.json',
      `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`,
    );
  });

  it('has an up-to-date page of its settings', async () => {
    await expectSnapshot('docs/configuration.md', await configurationPage());
  });

  it('documents every route of the table and no other', () => {
    const { openApiDocument } = app.app.getHttpAdapter().getInstance();
    const documented = Object.entries(openApiDocument.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const { routes: declared, aliases } = routeTableOf(app);
    const routes = [...declared, ...aliases].map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(documented.sort()).toEqual(routes.sort());
  });
});
