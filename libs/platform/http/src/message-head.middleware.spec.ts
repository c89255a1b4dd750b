import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { MessageHeadMiddleware } from './message-head.middleware.js';
import { MalformedRequestProblem } from './problem.js';

function check(rawHeaders: string[], httpVersion = '1.1'): void {
  const pairs = rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name.toLowerCase(), rawHeaders[i + 1]!]]));
  const raw = { rawHeaders, headers: Object.fromEntries(pairs.toReversed()), httpVersion };
  new MessageHeadMiddleware().before({ raw } as unknown as FastifyRequest);
}

describe('MessageHeadMiddleware', () => {
  it.each(['a', 'a.example:8080', '127.0.0.1', '[::1]:3000', '', 'xn--bcher-kva.example', 'a_b'])(
    'takes the Host %j',
    (host) => expect(() => check(['Host', host])).not.toThrow(),
  );

  it.each(['a b', 'a/b', 'a@b', 'a:b', 'a:1:2', '[::1', 'a#b', 'a?b', 'é'])('refuses the Host %j', (host) =>
    expect(() => check(['Host', host])).toThrow(MalformedRequestProblem),
  );

  it('requires exactly one Host, or none from HTTP/1.0', () => {
    expect(() => check(['Host', 'a', 'hOST', 'a'])).toThrow(MalformedRequestProblem);
    expect(() => check(['Accept', 'a'])).toThrow(MalformedRequestProblem);
    expect(() => check(['Accept', 'a'], '1.0')).not.toThrow();
  });

  it('supports no transfer coding but chunked', () => {
    expect(() => check(['Host', 'a', 'Transfer-Encoding', 'Chunked'])).not.toThrow();
    expect(() => check(['Host', 'a', 'Transfer-Encoding', 'gzip, chunked'])).toThrow(MalformedRequestProblem);
  });
});
