import type { OpenAPIObject } from '@nestjs/swagger';
import { rateLimitHeaders } from '@gatehouse/http';
import { errorStatuses, type OperationPolicy, policyExtensions, policyNotes } from './operation-policy.js';
import { headersNamed } from './headers.js';
import { schemaExample, type Schema, type Schemas, shapesOf } from './schemas.js';
import { responseName } from './problem-components.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = Operation['responses'][string];
type Parameter = NonNullable<Operation['parameters']>[number];
type Body = NonNullable<Operation['requestBody']>;

const JSON_TYPE = 'application/json';

/** Returns the operation completed from its policy and its schemas, with keys in a fixed order. */
export function applyPolicy(operation: Operation, policy: OperationPolicy, schemas: Schemas): Operation {
  const { tags, operationId, parameters, requestBody, callbacks, deprecated, ...rest } = operation;
  const isTagged = hasJson(operation.responses['200']) || policy.headers?.includes('ETag');
  const isConditional = policy.method === 'GET' && isTagged;
  const description = [policy.description ?? operation.description, policyNotes(policy)].filter(Boolean);
  return {
    ...(tags && { tags }),
    summary: policy.summary,
    description: description.join('\n\n'),
    operationId,
    ...(deprecated && { deprecated }),
    security:
      policy.permissions === 'public' ? [] : Object.keys(policy.security).map((name) => ({ [name]: [] })),
    ...(parameters &&
      parameters.length > 0 && {
        parameters: parameters.map((parameter) => parameterOf(parameter, schemas)),
      }),
    ...(requestBody && { requestBody: bodyOf(requestBody, policy, schemas) }),
    responses: {
      ...successes(operation, policy, schemas),
      ...(isConditional && { 304: shared('NotModified') }),
      ...Object.fromEntries(errorStatuses(policy).map((status) => [status, shared(responseName(status))])),
    },
    ...(callbacks && { callbacks }),
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => key.startsWith('x-'))),
    ...policyExtensions(policy),
  };
}

/** Moves the example to where OpenAPI expects it, and adds a title to a path parameter. */
function parameterOf(parameter: Parameter, schemas: Schemas): Parameter {
  if ('$ref' in parameter) return parameter;
  const { example: _, ...schema } = (parameter.schema ?? {}) as Schema;
  const example = (parameter.example as unknown) ?? schemaExample(parameter.schema ?? {}, schemas);
  const title = parameter.in === 'path' && parameter.description?.replace(/\.$/, '');
  return { ...parameter, schema: { ...(title && { title }), ...schema }, example };
}

/** Adds an example to each media type that has none, built from the examples of the fields. */
function bodyOf(body: Body, { bodyExamples }: OperationPolicy, schemas: Schemas): Body {
  if ('$ref' in body) return body;
  const content = Object.entries(body.content).map(([type, media]) => {
    const known = media.example !== undefined || media.examples !== undefined || !media.schema;
    if (known) return [type, media];
    return [type, { ...media, example: bodyExamples?.[type] ?? schemaExample(media.schema!, schemas) }];
  });
  return { ...body, content: Object.fromEntries(content) as typeof body.content };
}

function successes(
  { responses }: Operation,
  policy: OperationPolicy,
  schemas: Schemas,
): Operation['responses'] {
  return Object.fromEntries(
    Object.entries(responses)
      .filter(([status]) => Number(status) < 400)
      .map(([status, response]) => [
        status,
        withHeaders(response, headerNames(status, response, policy, schemas)),
      ]),
  );
}

function headerNames(
  status: string,
  response: Response,
  policy: OperationPolicy,
  schemas: Schemas,
): string[] {
  const isGet = policy.method === 'GET';
  const media = response && !('$ref' in response) ? response.content?.[JSON_TYPE] : undefined;
  const shapes = media?.schema ? shapesOf(media.schema, schemas) : [];
  const names = ['X-Request-Id', 'X-Process-Time'];
  if (policy.throttle) names.push(...Object.values(rateLimitHeaders));
  if (status === '201') names.push('Location');
  if ((isGet || policy.tagged) && hasJson(response)) names.push('ETag');
  if (shapes.some(({ items, total, metadata }) => (items && total) || metadata)) names.push('X-Total-Count');
  if (shapes.some(({ items, hasNext, metadata }) => (items && hasNext) || metadata)) names.push('Link');
  if (policy.deprecated) names.push('Deprecation', 'Sunset');
  if (policy.deprecated?.successor) names.push('Link');
  if (isGet) names.push('Cache-Control');
  if (policy.cache) names.push('X-Cache', 'Age');
  return [...new Set([...names, ...(policy.headers ?? [])])];
}

function withHeaders(response: Response, names: string[]): Response {
  if (!response || '$ref' in response) return response;
  return {
    ...response,
    description: response.description || 'Success',
    headers: { ...headersNamed(names), ...response.headers },
  };
}

function hasJson(response: Response | undefined): boolean {
  return response !== undefined && !('$ref' in response) && response.content?.[JSON_TYPE] !== undefined;
}

function shared(name: string): Response {
  return { $ref: `#/components/responses/${name}` };
}
