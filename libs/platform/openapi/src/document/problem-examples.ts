import {
  Problem,
  type ProblemDocument,
  type ProblemSlug,
  problemTypes,
  type ProblemType,
} from '@gatehouse/http';

const INSTANCE = '/api/v1/items/17';
const REQUEST_ID = '019a8f3e-5c1b-7d42-9e6a-3b7f0c2d8e41';

const details: Record<ProblemSlug, string> = {
  'malformed-request': 'Body is not valid JSON',
  'business-rule': 'Item is locked',
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
  validation: '1 field is invalid',
  'rate-limit-exceeded': 'Rate limit exceeded. Max 300 requests per 60 seconds',
  'headers-too-large': 'The request headers are too large',
  internal: 'An unexpected error occurred',
  unavailable: 'The service is temporarily unavailable',
};

const fieldErrors = [{ path: 'quantity', code: 'max', message: 'quantity must not be greater than 5' }];

/** Slugs of all problem types, ordered by status. */
export const problemSlugs = Object.keys(problemTypes) as ProblemSlug[];

export function problemTypeOf(slug: ProblemSlug): ProblemType {
  return problemTypes[slug];
}

/** An example document for a problem type. */
export function exampleOf(slug: ProblemSlug): ProblemDocument {
  const errors = slug === 'validation' ? fieldErrors : undefined;
  return new Problem(slug, details[slug], { errors }).toDocument(INSTANCE, REQUEST_ID);
}
