import type { SecuritySchemeObject } from '@nestjs/swagger';
import { isSafeMethod } from '@gatehouse/http';

/**
 * What the gate does with one route, as the document tells it. The gate resolves these from its declarations;
 * nothing of it is written by hand.
 */
export interface OperationPolicy {
  /** `GET`, `POST`, … */
  method: string;
  /** Full path with its prefix and version; parameters as `{id}` or `:id`. */
  path: string;
  /** Names of the permissions that are all needed, or who else may call. */
  permissions: 'public' | 'authenticated' | readonly string[];
  /** The ways to authenticate, of which one is needed where the operation is not public, by name. */
  security: Readonly<Record<string, SecuritySchemeObject>>;
  /** Whether they replace those of the application. */
  isSecurityOwn?: boolean;
  /** Whether an API key may call, too. */
  apiKeys: boolean;
  /** The route's limit for each caller, or that it differs by request; none: only the edge limit holds. */
  throttle?: { limit: number; ttlSeconds: number } | 'per request';
  cache?: { ttlSeconds: number; shared: boolean };
  /** Whether there is input to validate: a body, a query or path parameters. */
  validates: boolean;
  /** Examples of the body by media type, where its schema gives none. */
  bodyExamples?: Readonly<Record<string, unknown>>;
  /** Names of the headers that the handler sets on its successes. */
  headers?: readonly string[];
  /** Statuses that the handler refuses with, beside those that follow from the rest, e.g. 404 and 409. */
  errors: readonly number[];
  /** Whether the response to a write carries the `ETag` of the resource. */
  tagged?: boolean;
  summary: string;
  description?: string;
}

/** The path as OpenAPI writes it: `/books/:id` becomes `/books/{id}`. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)(\([^)]*\))?/g, '{$1}');
}

/** Every error status that the route can answer, in order. */
export function errorStatuses(policy: OperationPolicy): number[] {
  const statuses = new Set(policy.errors);
  // Bad credentials are refused on public routes too, the edge limit sees every request, and any server can fail.
  for (const status of [401, 429, 500, 503]) statuses.add(status);
  if (Array.isArray(policy.permissions) && policy.permissions.length > 0) statuses.add(403);
  // A body is refused where none is expected, too; that of a GET is invalid whatever it is.
  const bodyErrors = isSafeMethod(policy.method) ? [] : [413, 415];
  if (policy.validates) for (const status of [400, 422, ...bodyErrors]) statuses.add(status);
  return [...statuses].sort((a, b) => a - b);
}
