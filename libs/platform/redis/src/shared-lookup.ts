import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Answer = Parameters<Parameters<LookupFunction>[2]>;

/**
 * A `dns.lookup` that shares one pending lookup among concurrent calls. A lookup cannot be cancelled and holds one of
 * the process's four worker threads until the resolver gives up, after ten seconds or more: if each reconnect started
 * another, they would take all four threads and block the lookup of the database too. For one host, always with the
 * same options.
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
