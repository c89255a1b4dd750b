import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { redactText } from '@gatehouse/text';

const SANE = /^[\w.:-]{1,128}$/;

/**
 * Returns the id of a request: the caller's `X-Request-Id` when it is well-formed and not a secret, otherwise a new
 * UUID.
 */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) && redactText(given) === given ? given : randomUUID();
}
