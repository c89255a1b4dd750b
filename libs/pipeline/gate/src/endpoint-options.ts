import type { Type } from '@nestjs/common';
import type { CredentialScheme } from '@gatehouse/authentication';
import type { Middleware } from '@gatehouse/http';
import type { CachePolicy } from '@gatehouse/cache';
import type { Permissions } from '@gatehouse/permissions';
import type { ThrottlePolicy } from '@gatehouse/throttle';
import type { InputOptions } from '@gatehouse/validation';
import type { ResponseType } from './response-type.js';

/** Everything that is decided about a route, in one declaration. */
export interface EndpointOptions {
  /** One line for the documentation. */
  summary: string;
  description?: string;
  /** Replaces the ways to authenticate by this one. */
  auth?: Type<CredentialScheme>;
  /** Who may call it. Not given: every authenticated caller. */
  permissions?: Permissions;
  /** Replaces the default limit. `false`: only the edge limit counts. */
  throttle?: ThrottlePolicy | false;
  /** Which bodies it takes. Not given: JSON up to 128 KB where the handler has a `@Body()`. */
  input?: InputOptions;
  /** Caches the responses of a GET. */
  cache?: CachePolicy;
  /** Cache tags that a successful call drops. */
  drops?: readonly string[];
  /** The response DTO: only its declared fields leave. Not given: no body, or a stream that the handler made. */
  response?: ResponseType;
  /** Path of the collection that holds what was created, for `Location`. Not given: the route's own path. */
  location?: string;
  /** Media type of a response that is not JSON, for the documentation. */
  produces?: readonly string[];
  /** Response headers that the handler itself sets, for the documentation; those of `@Header` are known. */
  headers?: readonly string[];
  /** Status of success. Not given: 201 for a POST, 200 for others. */
  status?: number;
  /** Statuses that the handler itself answers with, e.g. 404, for the documentation. */
  errors?: readonly number[];
  /** Middlewares of this route, inside the global ones, outermost first. */
  middlewares?: readonly Middleware[];
}

const endpoints = new WeakMap<object, EndpointOptions>();

export function setEndpoint(handler: object, options: EndpointOptions): void {
  endpoints.set(handler, options);
}

/** What a handler declares with `@Endpoint`. */
export function endpointOf(handler: object): EndpointOptions | undefined {
  return endpoints.get(handler);
}
