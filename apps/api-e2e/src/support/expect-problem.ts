import { expect } from 'vitest';
import { problemTypes, type ProblemDocument, type ProblemSlug } from '@gatehouse/http';
import type { Reply } from './http-client.js';

/** Internals that no response may contain: stack traces, source paths, SQL, names of drivers. */
const INSIDES =
  /\bat \S+ \(|node_modules|\.[jt]s:\d+|\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b .*\b(?:FROM|SET|VALUES|WHERE)\b|QueryFailed|typeorm|pg_|SQLSTATE|TypeError/i;

/** The headers that every response carries, errors included. */
export function expectCommonHeaders({ headers }: Pick<Reply, 'headers'>): void {
  expect(headers['x-request-id']).toMatch(/^[\w.:-]{1,128}$/);
  expect(headers['x-process-time']).toMatch(/^\d+\.\d+$/);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
}

/**
 * Expects a complete problem document without internals.
 * @param statuses acceptable statuses
 */
export function expectProblem(reply: Reply, ...statuses: number[]): ProblemDocument {
  const { method, path, text, headers } = reply;
  const context = `${method} ${path.slice(0, 200)} → ${reply.status} ${text.slice(0, 500)}`;
  expect(statuses, context).toContain(reply.status);
  expect(headers['content-type'], context).toBe('application/problem+json');
  expectCommonHeaders(reply);
  expect(headers['cache-control'], context).toBe('no-store');
  expect(text, context).not.toMatch(INSIDES);
  // A long input must not be echoed.
  expect(text.length, context).toBeLessThan(20_000 + path.length);
  if (method === 'HEAD') return {} as ProblemDocument;

  const document = JSON.parse(text) as ProblemDocument;
  const slug = document.type.replace('/problems/', '') as ProblemSlug;
  expect(problemTypes, context).toHaveProperty([slug, 'status'], reply.status);
  expect(document, context).toMatchObject({
    title: problemTypes[slug].title,
    status: reply.status,
    detail: expect.stringMatching(/./),
    requestId: headers['x-request-id'],
  });
  expect(document.instance, context).toBe(asReference(path.split('?')[0]!));
  const isList = document.errors === undefined || document.errors.length > 0;
  const mayList = slug === 'validation' || slug === 'invalid-field';
  const mustList = slug === 'validation';
  expect(isList && (document.errors ? mayList : !mustList), context).toBe(true);
  return document;
}

/** Percent-encodes characters that RFC 3986 does not allow in a path. */
function asReference(path: string): string {
  return path.replace(/%(?![\da-f]{2})|[^\w.~!$&'()*+,;=:@/%-]/gi, (character) =>
    encodeURIComponent(character),
  );
}
