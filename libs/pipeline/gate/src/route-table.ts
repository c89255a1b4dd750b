import type { Type } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { authenticationOf } from '@gatehouse/authentication';
import { Public, PermissionRule, permissionsOf } from '@gatehouse/permissions';
import { CachePolicy, cachePolicyOf, invalidatedTagsOf } from '@gatehouse/cache';
import type { RouteThrottles, ThrottlePolicies } from '@gatehouse/throttle';
import { textTable } from '@gatehouse/text';
import { EndpointOptions, endpointOf } from './endpoint-options.js';
import type { Message, Messages } from './messages.js';

type Handler = (...args: never[]) => unknown;

declare module 'fastify' {
  interface FastifyInstance {
    /** Set once the application is configured. */
    routeTable: RouteTable;
  }

  interface FastifyContextConfig {
    /** Controller and handler of the route, set by `@Endpoint`. */
    endpoint?: { controller: Function; handler: object };
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
}

/** All routes of the application, as the router knows them. */
export class RouteTable {
  readonly routes: Route[] = [];

  /**
   * Must be called before the routes are registered.
   * @param messages those of the WebSocket, which the table lists after the routes
   */
  constructor(
    fastify: FastifyInstance,
    private readonly throttles: ThrottlePolicies,
    private readonly messages: Messages,
  ) {
    fastify.addHook('onRoute', ({ method, url, config }) => {
      const names = [method].flat().filter((name) => name !== 'HEAD');
      if (config?.endpoint)
        names.forEach((name) => this.routes.push(this.resolve(name, url, config.endpoint!)));
    });
  }

  /** The table as aligned text, sorted by path, as in the snapshot. */
  toString(): string {
    const routes = [...this.routes].sort(byPath).map(describe);
    const messages = this.messages.all.map(describeMessage).sort(([, a], [, b]) => (a! < b! ? -1 : 1));
    const head = ['METHOD', 'PATH', 'AUTH', 'PERMISSIONS', 'THROTTLE', 'CACHE', 'DROPS'];
    return textTable([head, ...routes, ...messages]);
  }

  private resolve(method: string, path: string, endpoint: object): Route {
    const { controller, handler } = endpoint as { controller: Type; handler: Handler };
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
    };
  }
}

function describe({ method, path, handler, permissions, throttles, cache, invalidates }: Route): string[] {
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
  ];
}

function describeMessage({ event, permissions, throttles }: Message): string[] {
  return ['MESSAGE', event, '-', describePermissions(permissions), describeThrottles(throttles), '-', '-'];
}

/** Names of permission rules; a function or class contributes its own name. */
export function ruleNames(rules: readonly PermissionRule[]): string[] {
  return rules.map((rule) => (typeof rule === 'string' ? rule : rule.name));
}

function describeThrottles(throttles: RouteThrottles): string {
  if (typeof throttles === 'string') return throttles;
  return throttles.map(({ limit, ttl }) => `${limit} / ${ttl / 1000} s`).join(' + ') || 'edge only';
}

function describePermissions(permissions: Route['permissions']): string {
  if (permissions === Public) return 'public';
  return ruleNames(permissions).join(' + ') || 'authenticated';
}

function byPath(a: Route, b: Route): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.method < b.method ? -1 : 1;
}
