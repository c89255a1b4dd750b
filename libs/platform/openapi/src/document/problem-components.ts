import { STATUS_CODES } from 'node:http';
import {
  Problem,
  type ProblemDocument,
  type ProblemSlug,
  problemTypes,
  rateLimitHeaders,
} from '@gatehouse/http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { headersNamed } from './headers.js';

type Components = NonNullable<OpenAPIObject['components']>;
type Responses = NonNullable<Components['responses']>;

const INSTANCE = '/api/v1/items/17';
const REQUEST_ID = '019a8f3e-5c1b-7d42-9e6a-3b7f0c2d8e41';

const details: Record<ProblemSlug, string> = {
  'malformed-request': 'Body is not valid JSON',
  'business-rule': 'Item is locked',
  'invalid-field': 'id is Invalid: -1',
  'unsupported-api-version': 'Unsupported API version',
  'unknown-host': 'Unknown host',
  unauthenticated: 'Authentication required',
  forbidden: 'Insufficient permissions',
  'not-found': 'Item 17 not found',
  'method-not-allowed': 'PUT is not allowed here',
  'request-timeout': 'The request was not complete in time',
  conflict: 'Item with this name already exists',
  'precondition-failed': 'The resource has changed since the version that If-Match names',
  'payload-too-large': 'The body is larger than 1000000 bytes',
  'uri-too-long': 'A part of the path is too long',
  'unsupported-media-type': 'Unsupported Media Type: text/html',
  'range-not-satisfiable': 'The content has 48213 bytes',
  validation: '1 field is invalid',
  'upgrade-required': 'This path takes WebSockets only, of version 13',
  'rate-limit-exceeded': 'Rate limit exceeded. Max 300 requests per 60 seconds',
  'headers-too-large': 'The request headers are too large',
  internal: 'An unexpected error occurred',
  unavailable: 'The service is temporarily unavailable',
};

const fieldErrors = [{ path: 'quantity', code: 'max', message: 'quantity must not be greater than 5' }];

/** Slugs of all problem types, ordered by status. */
export const problemSlugs = Object.keys(problemTypes) as ProblemSlug[];

/** An example document for a problem type. */
export function exampleOf(slug: ProblemSlug): ProblemDocument {
  const errors = slug === 'validation' ? fieldErrors : undefined;
  return new Problem(slug, details[slug], { errors }).toDocument(INSTANCE, REQUEST_ID);
}

/** Schemas of an error response (RFC 9457). */
export const problemSchemas: NonNullable<Components['schemas']> = {
  FieldError: {
    type: 'object',
    description: 'A rule that a field violates.',
    required: ['path', 'code', 'message'],
    properties: {
      path: { type: 'string', description: 'Dotted path of the field.', example: 'quantity' },
      code: { type: 'string', description: 'Name of the rule.', example: 'max' },
      message: { type: 'string', example: 'quantity must not be greater than 5' },
    },
  },
  Problem: {
    type: 'object',
    description: 'Every error response of the API (RFC 9457, `application/problem+json`).',
    required: ['type', 'title', 'status', 'detail', 'instance', 'requestId'],
    properties: {
      type: {
        type: 'string',
        format: 'uri-reference',
        description: 'Type of the problem; its page explains the cause and the remedy.',
        enum: problemSlugs.map((slug) => `/problems/${slug}`),
      },
      title: { type: 'string', description: 'Name of the type.', example: 'Input is invalid' },
      status: { type: 'integer', minimum: 400, maximum: 599, example: 422 },
      detail: {
        type: 'string',
        description: 'What is wrong with this request.',
        example: '1 field is invalid',
      },
      instance: { type: 'string', description: 'Path of the request.', example: '/api/v1/items' },
      requestId: { type: 'string', description: 'Same as in `X-Request-Id` and in the log.' },
      errors: {
        type: 'array',
        maxItems: 100,
        description: 'The invalid fields of a 422, or of an action.',
        items: { $ref: '#/components/schemas/FieldError' },
      },
      error: {
        type: 'string',
        description: 'For token endpoints: the OAuth 2 error code (RFC 6749, section 5.2).',
        enum: ['invalid_request', 'invalid_grant', 'unsupported_grant_type'],
      },
      error_description: { type: 'string', description: 'For token endpoints: the error in words.' },
    },
  },
};

const extraHeaders: Record<number, string[]> = {
  401: ['WWW-Authenticate', 'Set-Cookie'],
  405: ['Allow'],
  415: ['Accept', 'Accept-Encoding', 'Accept-Patch'],
  416: ['Content-Range'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** Name of the shared response for a status: `NotFound` for 404. */
export function responseName(status: number): string {
  return (STATUS_CODES[status] ?? `Status ${status}`).replaceAll(/[^A-Za-z]/g, '');
}

/** A shared response for each error status, with an example of its first problem type. */
export function problemResponses(): Responses {
  const statuses = new Set(Object.values(problemTypes).map(({ status }) => status));
  return Object.fromEntries([...statuses].map((status) => [responseName(status), problemResponse(status)]));
}

function problemResponse(status: number): Responses[string] {
  const slugs = problemSlugs.filter((slug) => problemTypes[slug].status === status);
  const headers = [
    'X-Request-Id',
    'X-Process-Time',
    'Cache-Control',
    ...(extraHeaders[status] ?? []),
    ...Object.values(rateLimitHeaders),
  ];
  return {
    description: slugs.map((slug) => `[${slug.replaceAll('-', ' ')}](/problems/${slug})`).join(' · '),
    headers: headersNamed(headers),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        example: exampleOf(slugs[0]!),
      },
    },
  };
}
