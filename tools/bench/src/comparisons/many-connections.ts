import type { Bench } from '../bench.js';
import type { Comparison, ServerContender } from '../contender.js';
import { type Gatehouse, startGatehouse } from '../gatehouse.js';
import { expect, send } from '../http.js';
import { paths } from '../load/paths.js';
import { bearer } from '../secrets.js';
import { OpenConnections } from './open-connections.js';

const IDLE = 10_000;
const SOCKETS = 5_000;
const ROOM = 1_000;
const BASE = 'Gatehouse, nothing else open';

/** Requests beside connections that are open and do nothing. */
export async function manyConnections({ database }: Bench): Promise<Comparison> {
  const alone = await startGatehouse(database.url);
  const crowded = await startGatehouse(database.url);
  const before = OpenConnections.megabytes(crowded);
  const open = await OpenConnections.open(crowded, IDLE, SOCKETS);
  const after = OpenConnections.megabytes(crowded);
  const told = await open.timeToTell(ROOM);
  const contender = (
    name: string,
    gatehouse: Gatehouse,
    check: () => void = () => undefined,
  ): ServerContender => ({
    name,
    server: gatehouse.server,
    request: { method: 'GET', path: 'sameList', headers: bearer(gatehouse.token) },
    check: async () => {
      const { status } = await send(gatehouse.server.url, paths.sameList(), {
        headers: bearer(gatehouse.token),
      });
      expect('the status', status, 200);
      check();
    },
  });
  return {
    title: `GET ${paths.sameList()}: a cache hit, beside ${IDLE} idle connections and ${SOCKETS} WebSockets`,
    base: BASE,
    contenders: [
      contender(BASE, alone),
      contender('Gatehouse, with all of them', crowded, () =>
        expect('the number of lost connections', open.lost, 0),
      ),
    ],
    notes: [
      `resident memory: ${before?.toFixed(0)} MB before, ${after?.toFixed(0)} MB with all of them open`,
      `a message to a room of ${ROOM} has arrived at the last of them after ${told.toFixed(0)} ms, the median of 20`,
    ],
  };
}
