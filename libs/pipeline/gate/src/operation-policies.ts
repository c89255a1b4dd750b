import type { CredentialScheme, CredentialSchemes } from '@gatehouse/authentication';
import type { OperationPolicy } from '@gatehouse/openapi';
import { isSafeMethod, HEADERS_METADATA } from '@gatehouse/http';
import { isPersonal, Public } from '@gatehouse/permissions';
import { isConditional, isTagged } from './if-match.decorator.js';
import { ruleNames, Route, RouteTable } from './route-table.js';

/** The table of routes as the OpenAPI document wants it: what it says of a route is what the gate does. */
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
    // A query that a route does not declare is refused as well.
    validates: true,
    bodyExamples: options.input?.body?.examples,
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

/** Names of the headers that `@Header` declares, as they are usually written. */
function headersOf(handler: object): string[] {
  const headers = (Reflect.getMetadata(HEADERS_METADATA, handler) ?? []) as { name: string }[];
  const names = headers.map(({ name }) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()));
  return names.filter((name) => name !== 'Content-Type' && name !== 'Vary');
}

function acceptsApiKeys(permissions: Route['permissions'], method: string): boolean {
  if (permissions === Public) return true;
  return permissions.length === 0 ? isSafeMethod(method) : !permissions.some(isPersonal);
}
