import type { Authentication } from '@gatehouse/authentication';
import type { Middleware } from '@gatehouse/http';
import type { CachePolicy } from '@gatehouse/cache';
import type { Permissions } from '@gatehouse/permissions';
import type { ThrottlePolicy } from '@gatehouse/throttle';
import type { InputOptions } from '@gatehouse/validation';
import type { Deprecation } from './deprecation.js';
import type { ResponseType } from './response-type.js';

/** Everything that a route declares, in one place. */
export interface EndpointOptions {
  /** One-line summary for the documentation. */
  summary: string;
  description?: string;
  /** Authenticates in these ways only, instead of the application's: a scheme, a function, or a list of them. */
  auth?: Authentication;
  /** Who may call the route. Default: every authenticated caller. */
  permissions?: Permissions;
  /** Replaces the default limit. `false`: only the edge limit applies. */
  throttle?: ThrottlePolicy | false;
  /** Accepted bodies. Default: JSON up to 128 KB when the handler has a `@Body()`. */
  input?: InputOptions;
  /** Caches the responses of a GET. */
  cache?: CachePolicy;
  /** Cache tags that a successful call invalidates. */
  invalidates?: readonly string[];
  /** Response DTO; only its declared fields are sent. Default: no body, or a stream returned by the handler. */
  response?: ResponseType;
  /** Path of the collection that contains the created resource, for `Location`. Default: the route's own path. */
  location?: string;
  /** Media types of a non-JSON response, for the documentation. */
  produces?: readonly string[];
  /**
   * Response headers that the handler sets itself, for the documentation. Those of `@Header` are included
   * automatically.
   */
  headers?: readonly string[];
  /** Status on success. Default: 201 for POST, 200 otherwise. */
  status?: number;
  /** Error statuses that the handler itself returns, e.g. 404, for the documentation. */
  errors?: readonly number[];
  /** Announces the end of the route: in its responses, in the documentation and in the table of routes. */
  deprecated?: Deprecation;
  /** Middlewares of this route, outermost first; they run inside the global ones. */
  middlewares?: readonly Middleware[];
}

/** Each option by its name: the compiler asks for a new one here. */
export const endpointOptions: Readonly<Record<keyof EndpointOptions, true>> = {
  summary: true,
  description: true,
  auth: true,
  permissions: true,
  throttle: true,
  input: true,
  cache: true,
  invalidates: true,
  response: true,
  location: true,
  produces: true,
  headers: true,
  status: true,
  errors: true,
  deprecated: true,
  middlewares: true,
};

const endpoints = new WeakMap<object, EndpointOptions>();

export function setEndpoint(handler: object, options: EndpointOptions): void {
  endpoints.set(handler, options);
}

/** Returns the options that a handler declares with `@Endpoint`. */
export function endpointOf(handler: object): EndpointOptions | undefined {
  return endpoints.get(handler);
}
