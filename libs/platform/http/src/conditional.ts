import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A strong entity tag of a body (RFC 9110, section 8.8.3). */
export function entityTag(body: string | Buffer): string {
  return `"${createHash('sha1').update(body).digest('base64url')}"`;
}

/** Whether equal tags mean equal bytes, whatever the resource: {@link entityTag} made it. */
export function isContentTag(tag: string): boolean {
  return /^"[\w-]{27}"$/.test(tag);
}

/** The entity tag of a version of a resource whose representation changes with its version only. */
export function versionTag(version: number): string {
  return `"v${version}"`;
}

/** Codings that the server compresses with; their representations have tags of their own. */
const CODING_SUFFIX = /-(br|gzip)"$/;

/** The tag of a compressed representation: other bytes, so another strong tag (RFC 9110, section 8.8.3.3). */
export function codedTag(tag: string, coding: string): string {
  return tag.replace(/"$/, `-${coding}"`);
}

/**
 * Turns a successful reply into 304 when the client has the representation already (`If-None-Match`).
 *
 * @returns whether it did; the reply must then have no body
 */
export function notModified(request: FastifyRequest, reply: FastifyReply): boolean {
  const condition = request.headers['if-none-match'];
  if (condition === undefined || !matches(condition, String(reply.getHeader('etag')))) return false;
  reply.code(304);
  return true;
}

/**
 * The versions that `If-Match` allows to change, for a condition in the statement that makes the change.
 *
 * @returns `undefined` when it allows every version: there is no such header, or it is `*`
 */
export function matchedVersions(condition: string | undefined): number[] | undefined {
  if (condition === undefined || condition.trim() === '*') return undefined;
  return condition
    .split(',')
    .map((tag) => /^"v(\d{1,9})"$/.exec(uncoded(tag))?.[1])
    .filter((version) => version !== undefined)
    .map(Number);
}

function uncoded(tag: string): string {
  return tag.trim().replace(CODING_SUFFIX, '"');
}

function matches(condition: string, tag: string): boolean {
  return (
    condition.trim() === '*' || condition.split(',').some((candidate) => isSame(uncoded(candidate), tag))
  );
}

/** As RFC 9110 compares weakly. */
const isSame = (a: string, b: string): boolean => a.replace(/^W\//, '') === b.replace(/^W\//, '');
