import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { PreconditionFailedProblem } from './problem.js';

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

/** How the tag of a compressed representation ends, here and with proxies that compress. */
const CODING_SUFFIX = /-(br|deflate|gzip|zstd)"$/;

/** The tag of a compressed representation: other bytes, so another strong tag (RFC 9110, section 8.8.3.3). */
export function codedTag(tag: string, coding: string): string {
  return tag.replace(/"$/, `-${coding}"`);
}

/**
 * What `If-Match` and `If-None-Match` say about a resource that a request is about to change (RFC 9110, section 13.1).
 */
export class Precondition {
  /** @param tagOf the entity tag of what {@link require} reads */
  constructor(
    private readonly headers: Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>,
    private readonly tagOf: (representation: never) => string,
  ) {}

  /**
   * Call it in the transaction that changes the resource, once the resource is locked and the caller may change it:
   * nothing can come between this check and the change.
   *
   * @param read gives the resource as GET shows it; called only when there is a condition
   * @throws {PreconditionFailedProblem}
   */
  async require(read: () => unknown): Promise<void> {
    const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = this.headers;
    if (ifMatch === undefined && ifNoneMatch === undefined) return;
    const tag = this.tagOf((await read()) as never);
    if (ifMatch !== undefined && !matches(ifMatch, tag)) throw new PreconditionFailedProblem();
    if (ifNoneMatch !== undefined && matches(ifNoneMatch, tag)) {
      throw new PreconditionFailedProblem('The resource exists in the version that If-None-Match excludes');
    }
  }
}

/**
 * Whether a condition names a tag. Weakly, also for `If-Match`: every tag that the server gives is strong, and one that comes back weak was made so by a
 * proxy, which has changed the coding.
 */
export function matches(condition: string, tag: string): boolean {
  if (condition.trim() === '*') return true;
  return condition.split(',').some((candidate) => {
    const given = candidate.trim().replace(/^W\//, '');
    return given === tag || given.replace(CODING_SUFFIX, '"') === tag;
  });
}
