import type { OpenAPIObject } from '@nestjs/swagger';
import { rateLimitHeaders } from '@gatehouse/http';

type Headers = NonNullable<NonNullable<OpenAPIObject['components']>['headers']>;

const text = (description: string, example: string): Headers[string] => ({
  description,
  schema: { type: 'string' },
  example,
});
const integer = (description: string, example: number): Headers[string] => ({
  description,
  schema: { type: 'integer', minimum: 0 },
  example,
});

/** Shared response headers. */
export const responseHeaders: Headers = {
  Accept: text('Media types of bodies that the operation accepts.', 'application/json'),
  'Accept-Encoding': text('Codings of bodies that the operation accepts.', 'gzip, identity'),
  'Accept-Patch': text(
    'Media types that PATCH accepts (RFC 5789).',
    'application/json, application/merge-patch+json',
  ),
  'Accept-Ranges': text('Unit of the ranges that `Range` may select.', 'bytes'),
  Age: integer('Seconds since the response was stored in the cache.', 12),
  Allow: text('Methods that the path supports.', 'GET, HEAD, OPTIONS'),
  'Content-Disposition': text('File name for saving the response.', 'attachment; filename="items.csv"'),
  'Content-Range': text('Part of the content, and its length.', 'bytes 0-99/48213'),
  'Cache-Control': text(
    'Whether the client may reuse the response without revalidation.',
    'public, no-cache',
  ),
  Deprecation: text(
    'Time since which the operation is deprecated, in seconds since 1970 (RFC 9745).',
    '@1798675200',
  ),
  ETag: text(
    'Version of the response; send it in `If-None-Match` to get 304 while it is current.',
    '"5d41402abc4b2a76"',
  ),
  Link: text(
    'The pages `first`, `prev`, `next` and `last`, as far as they are known, and the `successor-version` (RFC 8288).',
    '</api/v1/items?page=2>; rel="next"',
  ),
  Location: text('Path of the created resource.', '/api/v1/items/17'),
  [rateLimitHeaders.left]: text(
    'Requests left (`r`) and seconds until the window ends (`t`), as in the IETF draft.',
    '"default";r=299;t=60',
  ),
  [rateLimitHeaders.limit]: integer('Requests that the window allows.', 300),
  [rateLimitHeaders.policy]: text(
    'Requests (`q`) per window in seconds (`w`), as in the IETF draft.',
    '"default";q=300;w=60',
  ),
  [rateLimitHeaders.remaining]: integer('Requests left in the window.', 299),
  [rateLimitHeaders.reset]: integer('Seconds until the window ends.', 60),
  'Retry-After': integer('Seconds to wait before retrying.', 60),
  'WWW-Authenticate': text('How to authenticate (RFC 6750).', 'Bearer'),
  'X-Accel-Buffering': text('`no`: asks proxies to forward each line immediately.', 'no'),
  'X-Cache': {
    description: 'Whether the response came from the cache.',
    schema: { type: 'string', enum: ['HIT', 'MISS'] },
    example: 'MISS',
  },
  'Set-Cookie': text('Sets or deletes a cookie.', 'session=…; Path=/; HttpOnly; SameSite=Lax'),
  Sunset: text('Time from which on the operation may be gone (RFC 8594).', 'Sun, 31 Jan 2027 00:00:00 GMT'),
  'X-Process-Time': {
    description: 'Processing time in seconds.',
    schema: { type: 'number', minimum: 0 },
    example: 0.00042,
  },
  'X-Total-Count': integer('Number of items on all pages of a page listing.', 42),
  'X-Request-Id': text(
    "Id of the request in the log: the caller's, if it sent a valid one.",
    '019a8f3e-5c1b-7d42-9e6a-3b7f0c2d8e41',
  ),
};

/** References to shared headers. Headers of a feature become strings without a description. */
export function headersNamed(names: readonly string[]): Headers {
  return Object.fromEntries(
    names.map((name) => [
      name,
      name in responseHeaders
        ? { $ref: `#/components/headers/${name}` }
        : { schema: { type: 'string' as const } },
    ]),
  );
}
