import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Answer = Parameters<Parameters<LookupFunction>[2]>;

/**
 * `dns.lookup`, of which one client has one at a time; who asks meanwhile gets its answer too. A lookup cannot be
 * cancelled and holds one of the process's four worker threads until the resolver gives up, ten seconds and more:
 * reconnecting with a lookup each takes all four, and then the database's name is not looked up either.
 *
 * For one host, with the same options each time.
 */
export function sharedLookup(resolve: LookupFunction = lookup): LookupFunction {
  let waiting: ((...answer: Answer) => void)[] = [];
  return (hostname, options, callback) => {
    waiting.push(callback);
    if (waiting.length > 1) return;
    resolve(hostname, options, (...answer) => {
      const callbacks = waiting;
      waiting = [];
      for (const each of callbacks) each(...answer);
    });
  };
}
