import { FeatureRegistry } from '@gatehouse/modules';
import type { RequestOptions, TestApp } from '../test-app.js';
import type { Ask, Column, Row } from './row.js';
import { apiKey, Scene } from './scene.js';

/** One caller and one route, with everything that the request needs. */
export interface Cell {
  column: Column;
  /** The expected status. */
  status: number;
  /** Sends the request. @returns the status of the response */
  send(method?: string): Promise<number>;
}

/** @param admin access token of an administrator, who creates what the request needs */
export async function prepare(
  app: TestApp,
  admin: string,
  route: string,
  row: Row,
  column: Column,
): Promise<Cell> {
  const [method, pattern] = route.split(' ') as [string, string];
  const scene = await Scene.set(app, admin, column);
  const { params, ...request } = (await row.ask?.(scene)) ?? {};
  const path = pathOf(pattern, params);
  const { headers, ...credentials } = await credentialsOf(app, scene, row, column);
  const options = { ...request, ...credentials, headers: { ...request.headers, ...headers } };
  return {
    column,
    status: (row.statuses as Record<Column, number>)[column],
    send: async (other = method) => (await app.request(other, path, options)).status,
  };
}

/** Fills in the parameters of a path. */
export function pathOf(pattern: string, params: Ask['params'] = {}): string {
  return pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name]!));
}

/** Credentials of a caller for the route of a row. */
export async function credentialsOf(
  app: TestApp,
  { caller }: Scene,
  { scope }: Row,
  column: Column,
): Promise<Pick<RequestOptions, 'token' | 'headers'>> {
  if (!caller) return {};
  if (column !== 'key' && column !== 'keyWithoutPermissions') return { token: caller.token };
  const permissions = column === 'keyWithoutPermissions' ? [] : (scope ?? everyPermission(app));
  return { headers: { 'x-api-key': await apiKey(app, caller.token, permissions) } };
}

function everyPermission({ app }: TestApp): string[] {
  const declared = app.get(FeatureRegistry).declarations.flatMap(({ permissions }) => permissions ?? []);
  return declared.map(({ name }) => name);
}
