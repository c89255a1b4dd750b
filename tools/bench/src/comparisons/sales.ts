import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import type { Comparison, Contender, ProgramContender, ServerContender } from '../contender.js';
import { checkStages, type Gatehouse, startGatehouse } from '../gatehouse.js';
import { expect, send } from '../http.js';
import { paths } from '../load/paths.js';
import { Pgbench } from '../pgbench/pgbench.js';
import { pgbenchScript } from '../pgbench/pgbench-script.js';
import { type Statement, StatementRecorder } from '../pgbench/statement-recorder.js';
import * as data from './sales-data.js';

const IN_FLIGHT = 200;
const TRIAL_SECONDS = 2;
const BASE = 'pgbench, one event';

/**
 * Sales of paid tickets of one event, and of fifty at once, compared with pgbench and the statements of a purchase.
 */
export async function sales({ database }: Bench): Promise<Comparison> {
  await data.fillWithEvents(database);
  const restore = () => data.forgetSales(database);
  const pgbench = Pgbench.find();
  const notes = pgbench
    ? [`pgbench is "${pgbench.description}"`]
    : [
        '**pgbench was not found, so its rows are left out and there is no ratio**: Debian has it in "postgresql"',
      ];
  const statements = pgbench && (await recordPurchase(database.url));
  await restore();

  const peer = async (name: string, events: number): Promise<ProgramContender[]> => {
    if (!pgbench || !statements) return [];
    const script = pgbenchScript(statements, data.draws(data.events.one, events), data.constantIds);
    const clients = await pgbench.bestClients(script, database.url, { seconds: TRIAL_SECONDS, restore });
    notes.push(`${name}: ${clients} clients, which of 1 to 64 sold most`);
    const check = async (): Promise<void> => {
      await pgbench.run(script, database.url, { clients, seconds: 1 });
      expect('the number of wrong counters', await data.wrongCounters(database), 0);
      await restore();
    };
    return [{ name, run: (seconds) => pgbench.run(script, database.url, { clients, seconds }), check }];
  };

  const rows = await peer(BASE, data.events.one);
  const many = await peer('pgbench, 50 events', data.events.many);
  const gatehouse = await startGatehouse(database.url, { WORKER: 'none' });
  const seller = (name: string, events: number, free = false): ServerContender =>
    gatehouseContender(name, gatehouse, { events, free }, async () => {
      expect('the number of wrong counters', await data.wrongCounters(database), 0);
      await restore();
    });
  const contenders: Contender[] = [
    ...rows,
    seller('Gatehouse, one event', data.events.one),
    ...many,
    seller('Gatehouse, 50 events', data.events.many),
    seller('Gatehouse, one event, free tickets', data.events.one, true),
  ];
  const title = `POST ${paths.tickets()}: paid tickets, ${IN_FLIGHT} buyers in flight`;
  return { title, base: BASE, contenders, connections: IN_FLIGHT, notes, restore };
}

function gatehouseContender(
  name: string,
  gatehouse: Gatehouse,
  { events, free }: { events: number; free: boolean },
  checkData: () => Promise<void>,
): ServerContender {
  const turns = data
    .buyerHeaders(gatehouse.token)
    .map((headers, n) => ({ headers, body: data.wish(data.eventOf(n, events), { free }) }));
  const check = async (): Promise<void> => {
    await checkStages(gatehouse);
    for (const turn of turns.slice(0, 3)) {
      const { status, text } = await send(gatehouse.server.url, paths.tickets(), { method: 'POST', ...turn });
      expect('the status', status, 201);
      const ticket = JSON.parse(text) as { status: string; checkout?: { url: string } };
      expect('the status of the ticket', ticket.status, free ? 'confirmed' : 'pending');
      expect('a checkout', ticket.checkout !== undefined, !free);
    }
    await checkData();
  };
  const request = { method: 'POST', path: 'tickets', ...turns[0]!, turns } as const;
  return { name, server: gatehouse.server, request, check };
}

/** Records the statements that Gatehouse sends for one purchase by a known buyer without concurrent purchases. */
async function recordPurchase(url: string): Promise<Statement[]> {
  const recorder = await StatementRecorder.open(url);
  try {
    const { server, token } = await startGatehouse(recorder.url, { WORKER: 'none' });
    const [headers] = data.buyerHeaders(token);
    const buy = async (): Promise<void> => {
      const init = { method: 'POST', headers, body: data.wish(data.events.one) };
      expect('the status', (await send(server.url, paths.tickets(), init)).status, 201);
    };
    await buy();
    // Waits until the notice of the first purchase has been sent.
    await sleep(500);
    const statements = await recorder.during(buy);
    await server.stop();
    // The notice for watching clients comes later, once for all purchases within 50 ms.
    return statements.slice(0, statements.findIndex(({ text }) => text === 'COMMIT') + 1);
  } finally {
    recorder.close();
  }
}
