import type { CredentialScheme, CredentialSchemes } from '@gatehouse/authentication';
import type { OperationPolicy } from '@gatehouse/openapi';
import { isSafeMethod, HEADERS_METADATA } from '@gatehouse/http';
import { isPersonal, Public } from '@gatehouse/permissions';
import { isConditional, isTagged } from './if-match.decorator.js';
import { ruleNames, Route, RouteTable } from './route-table.js';

/**
 * Converts the route table for the OpenAPI document, so that the document describes exactly what the gate enforces.
 */
export function operationPolicies(table: RouteTable, schemes: CredentialSchemes): OperationPolicy[] {
  return table.routes.map((route) => operationPolicy(route, schemes.of(route.handler)));
}

function operationPolicy(route: Route, schemes: readonly CredentialScheme[]): OperationPolicy {
  const { method, path, handler, options, permissions, throttles, cache } = route;
  const takesApiKeys = acceptsApiKeys(permissions, method);
  const accepted = schemes.filter(({ isApiKey }) => takesApiKeys || !isApiKey);
  return {
    method,
    path,
    permissions:
      permissions === Public ? 'public' : permissions.length === 0 ? 'authenticated' : ruleNames(permissions),
    security: Object.assign({}, ...accepted.map(({ security }) => security)),
    isSecurityOwn: options.auth !== undefined,
    apiKeys: takesApiKeys,
    throttle:
      typeof throttles === 'string'
        ? throttles
        : throttles.map(({ limit, ttl }) => ({ limit, ttlSeconds: ttl / 1000 }))[0],
    cache: cache && { ttlSeconds: cache.ttl / 1000, shared: cache.shared ?? false },
    // A query is refused with 422 even when the route declares none.
    validates: true,
    bodyExamples: options.input?.body?.examples,
    deprecated: options.deprecated,
    headers: [...headersOf(handler), ...(options.headers ?? [])],
    errors: [
      ...(options.errors ?? []),
      ...(isConditional(handler) ? [412] : []),
      ...schemes.flatMap((scheme) => scheme.errorsOf?.(handler, method) ?? []),
    ],
    tagged: isTagged(options.response),
    summary: options.summary,
    description: options.description,
  };
}

/** Names of the headers declared with `@Header`, in their usual capitalisation. */
function headersOf(handler: object): string[] {
  const headers = (Reflect.getMetadata(HEADERS_METADATA, handler) ?? []) as { name: string }[];
  const names = headers.map(({ name }) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()));
  return names.filter((name) => name !== 'Content-Type' && name !== 'Vary');
}

/** Whether API keys may call a route with these permissions. */
export function acceptsApiKeys(permissions: Route['permissions'], method: string): boolean {
  if (permissions === Public) return true;
  return permissions.length === 0 ? isSafeMethod(method) : !permissions.some(isPersonal);
}
