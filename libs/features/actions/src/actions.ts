import type { Route } from '@gatehouse/gate';
import { inputsOf } from '@gatehouse/validation';

/** The routes of this version get actions. */
const VERSION = '/api/v1/';
const PREFIX = '/api/v0/';
const PARAMETER = /:(\w+)/g;

/** A route that is called through an action. */
export interface Source {
  route: Route;
  /** Names of its path parameters. */
  params: string[];
}

/** `POST /api/v0/books/read`, and the routes that it stands for. */
export interface Action {
  /** Path, e.g. `/api/v0/books/read`. */
  path: string;
  /** Those with the most path parameters first. */
  sources: Source[];
}

/**
 * Derives the actions of all resources from their routes. The target is the path without its parameters.
 * @throws when two routes would be the same action with the same parameters
 */
export function actionsOf(routes: readonly Route[]): Action[] {
  const found = Map.groupBy(
    routes.filter(({ path }) => path.startsWith(VERSION)).flatMap((route) => named(route, routes)),
    ({ path }) => path,
  );
  return [...found].map(([path, named]) => {
    const sources = named
      .map(({ route }) => ({ route, params: paramsOf(route.path) }))
      .sort((a, b) => b.params.length - a.params.length);
    refuseTwins(path, sources);
    return { path, sources };
  });
}

function named(route: Route, routes: readonly Route[]): { path: string; route: Route }[] {
  const name = nameOf(route, routes);
  if (!name) return [];
  const target = route.path
    .slice(VERSION.length)
    .split('/')
    .filter((part) => !part.startsWith(':'));
  return [{ path: `${PREFIX}${target.join('/')}/${name}`, route }];
}

/** Only what takes and gives JSON. Other POSTs, such as a log-in, already are what an action is. */
function nameOf({ method, path, options, ...route }: Route, routes: readonly Route[]): string | undefined {
  const { isStream, types } = inputsOf(route.controller, route.handler.name).body;
  if (options.produces || isStream || !types.some((type) => type === 'application/json')) return undefined;
  const others = routes.filter((other) => other.path.startsWith(`${path}/:`));
  const isPatched = routes.some((other) => other.method === 'PATCH' && other.path === path);
  if (method === 'GET') return options.response ? 'read' : undefined;
  if (method === 'PATCH') return 'update';
  if (method === 'DELETE') return 'delete';
  // A client chooses the name of what it creates with PUT.
  const creates = method === 'POST' ? others.length > 0 : !isPatched;
  return creates ? 'create' : undefined;
}

function paramsOf(path: string): string[] {
  return [...path.matchAll(PARAMETER)].map(([, name]) => name!);
}

function refuseTwins(action: string, sources: readonly Source[]): void {
  const keys = sources.map(({ params }) => [...params].sort().join());
  const twin = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twin >= 0)
    throw new Error(`Two routes would be ${action} with the same parameters: ${keys[twin] || 'none'}`);
}
