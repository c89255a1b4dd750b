import type { RouteTable } from '@gatehouse/gate';
import type { TestApp } from './test-app.js';

/** All routes of a running application with their policies. */
export function routeTableOf({ app }: TestApp): RouteTable {
  return app.getHttpAdapter().getInstance().routeTable;
}
