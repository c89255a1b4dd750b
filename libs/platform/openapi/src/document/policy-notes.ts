import type { OperationPolicy } from './operation-policy.js';

/** Describes how the gate treats the operation, in a few lines of Markdown. */
export function policyNotes(policy: OperationPolicy): string {
  const { permissions, isSecurityOwn, apiKeys } = policy;
  return [
    `- **Access:** ${accessNote(policy)}${permissions === 'public' || isSecurityOwn || apiKeys ? '' : ', not by API key'}`,
    `- **Throttle:** ${throttleNote(policy)}`,
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

function accessNote({ permissions, security, isSecurityOwn }: OperationPolicy): string {
  if (isSecurityOwn) return `\`${Object.keys(security).join('`, `')}\` alone`;
  if (permissions === 'public') return 'public';
  if (permissions === 'authenticated' || permissions.length === 0) return 'any authenticated user';
  if (permissions.length === 1 && permissions[0] === 'humanOnly') return 'any authenticated user';
  const names = permissions.map((name) => `\`${name}\``).join(' and ');
  return `${permissions.length === 1 ? 'permission' : 'permissions'} ${names}`;
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
