import type { FastifyRequest } from 'fastify';
import type { Middleware } from './middleware.js';
import { MalformedRequestProblem } from './problem.js';

/** RFC 3986, section 3.2: a name or an address, optionally with a port. */
const HOST = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?$/i;

/**
 * Refuses requests that a proxy in front might have interpreted differently: those without a Host or with two (RFC
 * 9112, section 3.2), and with a transfer coding other than `chunked` (section 6.1). Requires a server with
 * `requireHostHeader: false`; otherwise Node itself answers the first kind, without a body.
 */
export class MessageHeadMiddleware implements Middleware {
  before({ raw }: FastifyRequest): void {
    const { host, 'transfer-encoding': coding } = raw.headers;
    const hosts = countHosts(raw.rawHeaders);
    if (hosts > 1 || (hosts === 0 && raw.httpVersion !== '1.0')) {
      throw new MalformedRequestProblem('The request must have exactly one Host header');
    }
    if (host !== undefined && !HOST.test(host)) {
      throw new MalformedRequestProblem('The Host header must be a host, and a port if need be');
    }
    if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
      throw new MalformedRequestProblem('The only Transfer-Encoding that is understood is chunked');
    }
  }
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}
