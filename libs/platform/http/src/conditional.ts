import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { PreconditionFailedProblem } from './problem.js';

/** Returns a strong entity tag of a body (RFC 9110, section 8.8.3). */
export function entityTag(body: string | Buffer): string {
  return `"${createHash('sha1').update(body).digest('base64url')}"`;
}

/** Whether a tag was made by {@link entityTag}, so that equal tags mean equal bytes, whatever the resource. */
export function isContentTag(tag: string): boolean {
  return /^"[\w-]{27}"$/.test(tag);
}

/** Returns the entity tag for a version of a resource whose representation changes only with its version. */
export function versionTag(version: number): string {
  return `"v${version}"`;
}

const WEAK = /^W\//;
/** Suffix of the tag of a compressed representation, here and at proxies that compress. */
const CODING_SUFFIX = /-(br|deflate|gzip|zstd)"$/;

/**
 * Returns the tag of a compressed representation: different bytes need a different strong tag (RFC 9110, section
 * 8.8.3.3).
 */
export function codedTag(tag: string, coding: string): string {
  return tag.replace(/"$/, `-${coding}"`);
}

/**
 * The conditions of `If-Match` and `If-None-Match` for a resource that a request is about to change (RFC 9110,
 * section 13.1).
 */
export class Precondition {
  /** @param tagOf returns the entity tag of what {@link require} reads */
  constructor(
    private readonly headers: Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>,
    private readonly tagOf: (representation: never) => string,
  ) {}

  /**
   * Checks the conditions. Call it in the transaction that changes the resource, after locking it and checking the
   * caller's permissions: nothing can then happen between the check and the change.
   * @param read returns the resource as GET shows it, or `undefined` when PUT is to create it; called only when there
   * is a condition
   * @throws {PreconditionFailedProblem}
   */
  async require(read: () => unknown): Promise<void> {
    const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = this.headers;
    if (ifMatch === undefined && ifNoneMatch === undefined) return;
    const resource = await read();
    const tag = resource === undefined ? undefined : this.tagOf(resource as never);
    if (ifMatch !== undefined && !(tag && matches(ifMatch, tag))) throw new PreconditionFailedProblem();
    if (ifNoneMatch !== undefined && tag && matches(ifNoneMatch, tag)) {
      throw new PreconditionFailedProblem('The resource exists in the version that If-None-Match excludes');
    }
  }
}

/** Whether the client of a GET or HEAD already has the representation with this tag. */
export function isCurrent({ method, headers }: FastifyRequest, tag: string): boolean {
  const condition = headers['if-none-match'];
  return condition !== undefined && (method === 'GET' || method === 'HEAD') && matches(condition, tag);
}

/**
 * Whether a condition names a tag. The comparison is weak, even for `If-Match`: resources that can be changed have
 * only strong tags, and a weak one comes from a proxy that has changed the coding.
 */
export function matches(condition: string, tag: string): boolean {
  if (condition.trim() === '*') return true;
  const current = tag.replace(WEAK, '');
  return condition.split(',').some((candidate) => {
    const given = candidate.trim().replace(WEAK, '');
    return given === current || given.replace(CODING_SUFFIX, '"') === current;
  });
}
