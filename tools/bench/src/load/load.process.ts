import autocannon from 'autocannon';
import type { LoadRequest, LoadResult } from './load-request.js';
import { paths } from './paths.js';

/** Runs load as its parent asks. One process for all runs: in its first seconds a new one would measure itself. */
process.on('message', (request: LoadRequest) => {
  void run(request).then((result) => process.send!(result));
});

/** Goes on from run to run, so that what must be new stays new. */
const sent = new Map<string, number>();

async function run({ path, seconds, ...request }: LoadRequest): Promise<LoadResult> {
  const pathOf = paths[path];
  const next = (): string => {
    const n = sent.get(request.url) ?? 0;
    sent.set(request.url, n + 1);
    return pathOf(n);
  };
  const changes = pathOf(0) !== pathOf(1);
  const requests = [
    {
      path: pathOf(0),
      ...(changes && { setupRequest: (one: autocannon.Request) => ({ ...one, path: next() }) }),
    },
  ];
  const result = await autocannon({ ...request, requests, duration: seconds });
  return {
    requestsPerSecond: result.requests.total / result.duration,
    requests: result.requests.total,
    p50: result.latency.p50,
    p99: result.latency.p99,
    refused: result.non2xx,
    failed: result.errors + result.timeouts + result.resets,
  };
}
