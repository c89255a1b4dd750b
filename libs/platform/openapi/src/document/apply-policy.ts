import type { OpenAPIObject } from '@nestjs/swagger';
import { errorStatuses, type OperationPolicy } from './operation-policy.js';
import { policyExtensions, policyNotes } from './policy-notes.js';
import { responseName } from './problem-components.js';
import { securityOf } from './security.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = Operation['responses'][string];

const JSON_TYPE = 'application/json';

/** The operation with all that follows from its policy, its keys in a fixed order. */
export function applyPolicy(operation: Operation, policy: OperationPolicy): Operation {
  const { tags, operationId, parameters, requestBody, callbacks, deprecated, ...rest } = operation;
  const description = [policy.description ?? operation.description, policyNotes(policy)].filter(Boolean);
  return {
    ...(tags && { tags }),
    summary: policy.summary,
    description: description.join('\n\n'),
    operationId,
    ...(deprecated && { deprecated }),
    security: securityOf(policy),
    ...(parameters && parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: { ...successes(operation, policy), ...notModified(operation, policy), ...errors(policy) },
    ...(callbacks && { callbacks }),
    ...extensionsOf(rest),
    ...policyExtensions(policy),
  };
}

function successes({ responses }: Operation, policy: OperationPolicy): Operation['responses'] {
  return Object.fromEntries(
    Object.entries(responses)
      .filter(([status]) => Number(status) < 400)
      .map(([status, response]) => [status, withHeaders(response, headerNames(status, response, policy))]),
  );
}

function headerNames(status: string, response: Response, policy: OperationPolicy): string[] {
  const names = ['X-Request-Id', 'X-Process-Time'];
  if (policy.throttle) names.push('RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset');
  if (status === '201') names.push('Location');
  if ((policy.method === 'GET' || policy.tagged) && hasJson(response)) names.push('ETag');
  if (policy.cache) names.push('Cache-Control', 'X-Cache', 'Age');
  return names;
}

function withHeaders(response: Response, names: string[]): Response {
  if (!response || '$ref' in response) return response;
  const shared = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
  return {
    ...response,
    description: response.description || 'Success',
    headers: { ...shared, ...response.headers },
  };
}

function notModified({ responses }: Operation, policy: OperationPolicy): Operation['responses'] {
  const conditional = policy.method === 'GET' && hasJson(responses['200']);
  return conditional ? { 304: { $ref: '#/components/responses/NotModified' } } : {};
}

function hasJson(response: Response | undefined): boolean {
  return response !== undefined && !('$ref' in response) && response.content?.[JSON_TYPE] !== undefined;
}

function errors(policy: OperationPolicy): Operation['responses'] {
  return Object.fromEntries(
    errorStatuses(policy).map((status) => [
      status,
      { $ref: `#/components/responses/${responseName(status)}` },
    ]),
  );
}

function extensionsOf(operation: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(operation).filter(([key]) => key.startsWith('x-')));
}
