import type { Type } from '@nestjs/common';
import type { FastifyContextConfig, FastifyInstance, RouteHandlerMethod, RouteOptions } from 'fastify';
import { authenticationOf } from '@gatehouse/authentication';
import { Public, PermissionRule, permissionsOf } from '@gatehouse/permissions';
import { CachePolicy, cachePolicyOf, invalidatedTagsOf } from '@gatehouse/cache';
import type { RouteThrottles, ThrottlePolicies } from '@gatehouse/throttle';
import { textTable } from '@gatehouse/text';
import { EndpointOptions, endpointOf } from './endpoint-options.js';
import type { Message, Messages } from './messages.js';

type Address = Pick<Route, 'method' | 'path'>;
type Handler = (...args: never[]) => unknown;

declare module 'fastify' {
  interface FastifyInstance {
    /** Set once the application is configured. */
    routeTable: RouteTable;
  }

  interface FastifyContextConfig {
    /** Controller and handler of the route, set by `@Endpoint`. */
    endpoint?: { controller: Function; handler: object };
    /** Declared routes for which the route stands, in place of `endpoint`. */
    aliasOf?: readonly Route[];
  }
}

/** Who may call a handler, and how often. */
export interface Policy {
  handler: Handler;
  permissions: readonly PermissionRule[] | typeof Public;
  /** Empty when only the edge limit applies. */
  throttles: RouteThrottles;
}

/** A route with its resolved policy. */
export interface Route extends Policy {
  method: string;
  /** Path pattern, e.g. `/api/v1/books/:id`. */
  path: string;
  controller: Type;
  options: EndpointOptions;
  cache: CachePolicy | undefined;
  invalidates: readonly string[];
  /** As the router knows it: the stages from authentication on, and the response. */
  handle: RouteHandlerMethod;
  config: FastifyContextConfig;
}

/** Another address of declared routes, which have the policies. */
export interface Alias {
  method: string;
  path: string;
  routes: readonly Route[];
}

/** All routes of the application, as the router knows them. */
export class RouteTable {
  readonly routes: Route[] = [];
  readonly aliases: Alias[] = [];

  /**
   * Must be called before the routes are registered.
   * @param messages those of the WebSocket, which the table lists after the routes
   */
  constructor(
    fastify: FastifyInstance,
    private readonly throttles: ThrottlePolicies,
    private readonly messages: Messages,
  ) {
    fastify.addHook('onRoute', (options) => {
      const { method, url: path, config } = options;
      const methods = [method].flat().filter((name) => name !== 'HEAD');
      if (config?.endpoint) this.routes.push(...methods.map((name) => this.resolve(name, options)));
      const { aliasOf: routes } = config ?? {};
      if (routes) this.aliases.push(...methods.map((name) => ({ method: name, path, routes })));
    });
  }

  /** The table as aligned text, sorted by path, as in the snapshot. */
  toString(): string {
    const routes = [
      ...this.routes.map((route) => ({ ...route, cells: describe(route) })),
      ...this.aliases.map((alias) => ({ ...alias, cells: describeAlias(alias) })),
    ];
    const rows = routes.sort(byPath).map(({ cells }) => cells);
    const messages = this.messages.all.map(describeMessage).sort(([, a], [, b]) => (a! < b! ? -1 : 1));
    const head = ['METHOD', 'PATH', 'AUTH', 'PERMISSIONS', 'THROTTLE', 'CACHE', 'DROPS', 'NOTE'];
    return textTable([head, ...rows, ...messages]);
  }

  /** @throws when a deprecated route names a successor that does not exist, or that needs other path parameters */
  checkSuccessors(): void {
    for (const { method, path, options } of this.routes) {
      const { successor } = options.deprecated ?? {};
      if (successor === undefined) continue;
      const route = `${method} ${path}`;
      if (!this.routes.some((other) => other.method === method && other.path === successor))
        throw new Error(`${route} names ${method} ${successor} as its successor, which does not exist`);
      const stray = parametersOf(successor).find((name) => !parametersOf(path).includes(name));
      if (stray)
        throw new Error(`${route} cannot fill in the parameter "${stray}" of its successor ${successor}`);
    }
  }

  private resolve(method: string, { url: path, config = {}, handler: handle }: RouteOptions): Route {
    const { controller, handler } = config.endpoint as { controller: Type; handler: Handler };
    return {
      method,
      path,
      controller,
      handler,
      options: endpointOf(handler)!,
      permissions: permissionsOf(handler),
      throttles: this.throttles.of(controller, handler),
      cache: cachePolicyOf(handler),
      invalidates: invalidatedTagsOf(handler),
      handle,
      config,
    };
  }
}

function describe({
  method,
  path,
  handler,
  options,
  permissions,
  throttles,
  cache,
  invalidates,
}: Route): string[] {
  return [
    method,
    path,
    authenticationOf(handler)
      ?.map(({ name }) => name)
      .join(' or ') ?? '-',
    describePermissions(permissions),
    describeThrottles(throttles),
    cache
      ? `${cache.ttl / 1000} s ${cache.shared ? 'shared' : 'per caller'} [${cache.tags.join(', ')}]`
      : '-',
    invalidates.join(', ') || '-',
    options.deprecated
      ? `deprecated since ${options.deprecated.since}, until ${options.deprecated.sunset}`
      : '',
  ];
}

/** Says only for what it stands: the rest is in the rows of those routes. */
function describeAlias({ method, path, routes }: Alias): string[] {
  const sources = routes.map((route) => `${route.method} ${route.path}`);
  return [method, path, '', '', '', '', '', `as ${sources.join(', ')}`];
}

function describeMessage({ event, permissions, throttles }: Message): string[] {
  return [
    'MESSAGE',
    event,
    '-',
    describePermissions(permissions),
    describeThrottles(throttles),
    '-',
    '-',
    '',
  ];
}

/** Names of permission rules; a function or class contributes its own name. */
export function ruleNames(rules: readonly PermissionRule[]): string[] {
  return rules.map((rule) => (typeof rule === 'string' ? rule : rule.name));
}

function parametersOf(path: string): string[] {
  return path.match(/:\w+/g) ?? [];
}

function describeThrottles(throttles: RouteThrottles): string {
  if (typeof throttles === 'string') return throttles;
  return throttles.map(({ limit, ttl }) => `${limit} / ${ttl / 1000} s`).join(' + ') || 'edge only';
}

function describePermissions(permissions: Route['permissions']): string {
  if (permissions === Public) return 'public';
  return ruleNames(permissions).join(' + ') || 'authenticated';
}

function byPath(a: Address, b: Address): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.method < b.method ? -1 : 1;
}
