import { setTimeout as sleep } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@gatehouse/embedded-postgres';
import { SOON } from '@gatehouse/testing';
import { ApiProcess } from '../support/api-process.js';
import { BoxOffice, type OnSale, payAt, TICKETING } from './box-office.js';
import type { ClientAnswer } from '../support/client.js';
import { type Buyer, makeCrowd } from './crowd.js';
import { DataDir } from '../support/data-dir.js';
import { Link } from '../support/link.js';
import { print } from '../support/print.js';

/** Set `OUTAGE_ROUNDS=10` for more. In each, a process is killed and PostgreSQL restarted. */
const ROUNDS = Number(process.env['OUTAGE_ROUNDS'] ?? 1);
const PLACES = 100;
const BUYERS = 2_000;
/** Number of concurrent buyers. */
const AT_ONCE = 60;
/** Share of tickets that are kept; the others are cancelled, so that tickets remain for sale until the end. */
const KEPT = 0.03;
const QUOTA_EXCEEDED = /^((User )?(event|category|session) quota exceeded)$/i;

let data: DataDir;
let postgres: EmbeddedPostgres;
/** The server's port changes with each start; the processes use that of the link. */
let link: Link;
let office: BoxOffice;
/** One process that is killed and restarted, and one that is left alone. */
let killed: ApiProcess;
let survivor: ApiProcess;

const start = (): Promise<ApiProcess> =>
  ApiProcess.start({ DATABASE_URL: link.url, ACCESS_TOKEN_TTL_SECONDS: '86400' });
const startPostgres = async (): Promise<void> => {
  postgres = await startEmbeddedPostgres({ dataDir: data.path });
};
const restartPostgres = async (): Promise<void> => {
  if (Math.random() < 0.5) await postgres.stop();
  else await data.killPostgres();
  await link.cut();
  await sleep(Math.random() * 1_000);
  await startPostgres();
  link.target = postgres.url;
  await link.mend();
};
const restartProcess = async (): Promise<void> => {
  await killed.kill();
  killed = await start();
};
const atRandom = (): Promise<void> => sleep(500 + Math.random() * 2_000);

beforeEach(async () => {
  data = await DataDir.make();
  await startPostgres();
  link = await Link.open(postgres.url);
  killed = await start();
  survivor = await start();
  office = BoxOffice.open(link.url);
});
afterEach(async () => {
  await office?.close();
  await Promise.all([killed?.kill(), survivor?.kill()]);
  await link?.cut();
  await postgres?.stop().finally(() => data.remove());
});

interface Sold {
  id: string;
  buyer: Buyer;
  /** The last status known to the buyer. */
  told: 'bought' | 'paid' | 'cancelled' | 'gave up';
}

/** Buyers who buy, pay, cancel, and retry without a response, until they are stopped. */
class Sale {
  readonly sold = new Map<string, Sold>();
  readonly answers: Record<string, number> = {};
  private isOver = false;
  private next = 0;

  constructor(
    private readonly onSale: OnSale,
    private readonly crowd: readonly Buyer[],
  ) {}

  async run(): Promise<void> {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (!this.isOver)
          await this.serve(this.crowd[this.next++ % this.crowd.length]!, `key-${this.next}`);
      }),
    );
  }

  stop(): void {
    this.isOver = true;
  }

  private async serve(buyer: Buyer, key: string): Promise<void> {
    const body = this.onSale.offers[this.next % this.onSale.offers.length];
    const headers = { 'idempotency-key': key };
    const bought = await this.untilAnswered((api) =>
      api.client.send('POST', `${TICKETING}/tickets`, { token: buyer.token, body, headers }),
    );
    if (!bought) return;
    if (bought.status !== 201) {
      expect([bought.status, bought.body.detail]).toEqual([400, expect.stringMatching(QUOTA_EXCEEDED)]);
      return;
    }
    const { id, checkout } = bought.body;
    const sold: Sold = { id, buyer, told: 'bought' };
    this.sold.set(id, sold);
    if (checkout && Math.random() < 0.3) {
      const paid = await this.untilAnswered((api) => payAt(api.client, checkout.url, `pay-${id}`));
      if (paid?.status === 200) sold.told = 'paid';
    }
    if (Math.random() < KEPT) return;
    const path = `${TICKETING}/tickets/${id}/cancel`;
    const answer = await this.untilAnswered((api) => api.client.send('POST', path, { token: buyer.token }));
    if (!answer) return void (sold.told = 'gave up');
    // A first attempt may have been cut off after its COMMIT.
    if (answer.status !== 200) expect(answer.body.detail).toBe('Ticket is already cancelled');
    sold.told = 'cancelled';
  }

  /** @returns a response other than 503; `undefined` when the sale ended before */
  private async untilAnswered(
    send: (api: ApiProcess) => Promise<ClientAnswer>,
  ): Promise<ClientAnswer | undefined> {
    while (!this.isOver) {
      const api = Math.random() < 0.5 ? killed : survivor;
      const answer = await send(api).catch((error: Error) => {
        // Only a killed process leaves a request without a response.
        if (api === survivor) throw error;
        return undefined;
      });
      const name = answer?.status ?? 'cut off';
      this.answers[name] = (this.answers[name] ?? 0) + 1;
      if (answer && answer.status !== 503) return answer;
      await sleep(50);
    }
    return undefined;
  }
}

const EXPECTED: Record<Sold['told'], RegExp> = {
  bought: /^(pending|confirmed)$/,
  paid: /^confirmed$/,
  cancelled: /^cancelled$/,
  // The sale ended before the payment or the cancellation was answered.
  'gave up': /^(pending|confirmed|cancelled)$/,
};

describe('a sale', () => {
  it(
    'is neither oversold nor forgotten when processes are killed and PostgreSQL restarts',
    { timeout: 120_000 + ROUNDS * 60_000 },
    async () => {
      const admin = await survivor.client.tokenOf('admin');
      const crowd = await makeCrowd(office.query, BUYERS, admin);
      const onSale = await office.putOnSale(survivor.client, admin, PLACES);
      const sale = new Sale(onSale, crowd);
      const running = sale.run();
      running.catch(() => sale.stop());
      for (let round = 0; round < ROUNDS; round++) {
        for (const disturb of [restartProcess, restartPostgres, restartProcess]) {
          await atRandom();
          await disturb();
        }
      }
      await atRandom();
      const before = sale.sold.size;
      // A buyer with a wrong response ends the sale with the reason.
      await Promise.race([running, expect.poll(() => sale.sold.size, SOON).toBeGreaterThan(before)]);
      sale.stop();
      await running;
      print(`${sale.sold.size} tickets, answers: ${JSON.stringify(sale.answers)}`);
      expect(Object.keys(sale.answers).toSorted()).toEqual(
        expect.arrayContaining(['200', '201', '503', 'cut off']),
      );
      expect(Object.keys(sale.answers).filter((name) => !/^(200|201|400|503|cut off)$/.test(name))).toEqual(
        [],
      );
      expect(survivor.alive).toBe(true);
      expect((await survivor.client.get('/health/ready')).status).toBe(200);

      expect(await office.violations(onSale)).toEqual([]);
      const rows = new Map((await office.ticketsOf(onSale)).map((row) => [row.id, row]));
      for (const { id, buyer, told } of sale.sold.values()) {
        const row = rows.get(id);
        expect(row).toMatchObject({ user_id: buyer.id, status: expect.stringMatching(EXPECTED[told]) });
      }

      const pending = [...rows.values()].filter(({ status }) => status === 'pending').map(({ id }) => id);
      await office.letExpire(pending);
      await office.hasExpired();
      expect(await office.violations(onSale)).toEqual([]);
      const held = (await office.ticketsOf(onSale)).filter(({ status }) => status === 'confirmed');
      expect(await office.used(onSale)).toBe(held.length);
      const log = await readFile(join(data.path, 'postgres', 'gatehouse.log'), 'utf8');
      expect(log + survivor.output).not.toMatch(/deadlock/i);
    },
  );
});
