import type { SecuritySchemeObject } from '@nestjs/swagger';
import { isSafeMethod } from '@gatehouse/http';

/**
 * How the gate treats one route, for the document. The gate resolves all of it from its declarations; nothing is
 * written by hand.
 */
export interface OperationPolicy {
  /** `GET`, `POST`, … */
  method: string;
  /** Full path with its prefix and version; parameters as `{id}` or `:id`. */
  path: string;
  /** Names of the permissions that are all required, or the group of callers. */
  permissions: 'public' | 'authenticated' | readonly string[];
  /** Alternative ways to authenticate an operation that is not public, by name. */
  security: Readonly<Record<string, SecuritySchemeObject>>;
  /** Whether they replace those of the application. */
  isSecurityOwn?: boolean;
  /** Whether API keys may call it. */
  apiKeys: boolean;
  /**
   * The route's limit per caller, or `'per request'` when it depends on the request; undefined when only the edge
   * limit applies.
   */
  throttle?: { limit: number; ttlSeconds: number } | 'per request';
  cache?: { ttlSeconds: number; shared: boolean };
  /** Whether there is input to validate: a body, a query or path parameters. */
  validates: boolean;
  /** Examples of the body by media type, for bodies whose schema has none. */
  bodyExamples?: Readonly<Record<string, unknown>>;
  /** Names of the headers that the handler sets on successful responses. */
  headers?: readonly string[];
  /** Statuses with which the handler refuses, in addition to those that follow from the policy, e.g. 404 and 409. */
  errors: readonly number[];
  /** Whether the response to a write carries the `ETag` of the resource. */
  tagged?: boolean;
  /** Since when, until when, and the path of what replaces it. */
  deprecated?: { since: string; sunset: string; successor?: string };
  summary: string;
  description?: string;
}

/** Converts a path to OpenAPI notation: `/books/:id` becomes `/books/{id}`. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)(\([^)]*\))?/g, '{$1}');
}

/** All error statuses that the route can return, in ascending order. */
export function errorStatuses(policy: OperationPolicy): number[] {
  const statuses = new Set(policy.errors);
  // Bad credentials are refused on public routes too, the edge limit counts every request, and any server can fail.
  for (const status of [401, 429, 500, 503]) statuses.add(status);
  if (Array.isArray(policy.permissions) && policy.permissions.length > 0) statuses.add(403);
  // An unexpected body is refused, too; a body of a GET is always invalid.
  const bodyErrors = isSafeMethod(policy.method) ? [] : [413, 415];
  if (policy.validates) for (const status of [400, 422, ...bodyErrors]) statuses.add(status);
  return [...statuses].sort((a, b) => a - b);
}

/** Describes how the gate treats the operation, in a few lines of Markdown. */
export function policyNotes(policy: OperationPolicy): string {
  return [
    `- **Access:** ${accessNote(policy)}${credentialsNote(policy)}`,
    `- **Throttle:** ${throttleNote(policy)}`,
    ...(policy.deprecated ? [`- **Deprecated:** ${deprecationNote(policy.deprecated)}`] : []),
    ...(policy.cache ? [`- **Cache:** ${cacheNote(policy.cache)}`] : []),
  ].join('\n');
}

/** The same in machine-readable form. */
export function policyExtensions({ permissions, throttle, cache }: OperationPolicy): Record<string, unknown> {
  return {
    'x-permissions': permissions,
    ...(throttle && { 'x-throttle': throttle }),
    ...(cache && { 'x-cache': { ttlSeconds: cache.ttlSeconds, shared: cache.shared } }),
  };
}

function accessNote({ permissions }: OperationPolicy): string {
  if (permissions === 'public') return 'public';
  if (permissions === 'authenticated' || permissions.length === 0) return 'any authenticated user';
  if (permissions.length === 1 && permissions[0] === 'humanOnly') return 'any authenticated user';
  const names = permissions.map((name) => `\`${name}\``).join(' and ');
  return `${permissions.length === 1 ? 'permission' : 'permissions'} ${names}`;
}

function credentialsNote({ permissions, security, isSecurityOwn, apiKeys }: OperationPolicy): string {
  if (isSecurityOwn) return `, by \`${Object.keys(security).join('` or `')}\` alone`;
  return permissions === 'public' || apiKeys ? '' : ', not by API key';
}

function deprecationNote({ since, sunset, successor }: NonNullable<OperationPolicy['deprecated']>): string {
  const instead = successor ? `; use \`${templateOf(successor)}\` instead` : '';
  return `since ${since}, and may be gone from ${sunset}${instead}`;
}

function throttleNote({ throttle }: OperationPolicy): string {
  if (!throttle) return 'none of its own, only the limit per address';
  if (throttle === 'per request') return 'a limit that depends on the request';
  return `${throttle.limit} requests per ${duration(throttle.ttlSeconds)} and caller`;
}

function cacheNote({ ttlSeconds, shared }: NonNullable<OperationPolicy['cache']>): string {
  return `${duration(ttlSeconds)}, ${shared ? 'shared by all callers' : 'for each caller'}`;
}

function duration(seconds: number): string {
  const minutes = seconds / 60;
  if (!Number.isInteger(minutes)) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
