import autocannon from 'autocannon';
import type { LoadRequest, LoadResult } from './load-request.js';
import { paths } from './paths.js';

/** Runs load on request of the parent. One process serves all runs, since a new one would measure its own warm-up. */
process.on('message', (request: LoadRequest) => {
  void run(request).then((result) => process.send!(result));
});

/** Continues from run to run, so that requests stay unique. */
const sent = new Map<string, number>();

async function run({ path, seconds, turns, ...request }: LoadRequest): Promise<LoadResult> {
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
  const { method, connections } = request;
  const hands = turns && deal(turns, connections);
  let clients = 0;
  const result = await autocannon({
    ...request,
    requests,
    duration: seconds,
    ...(hands && {
      setupClient: (client: autocannon.Client) =>
        client.setRequests(
          hands[clients++ % connections]!.map((turn) => ({ method, path: pathOf(0), ...turn })),
        ),
    }),
  });
  return {
    requestsPerSecond: result.requests.total / result.duration,
    requests: result.requests.total,
    p50: result.latency.p50,
    p99: result.latency.p99,
    refused: result.non2xx,
    failed: result.errors + result.timeouts + result.resets,
  };
}

/** @returns the share of each connection, without duplicates if there are enough items */
function deal<T>(items: T[], hands: number): T[][] {
  return Array.from({ length: hands }, (_, hand) => {
    const dealt = items.filter((_item, i) => i % hands === hand);
    return dealt.length > 0 ? dealt : [items[hand % items.length]!];
  });
}
