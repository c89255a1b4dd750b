import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiProcess } from '../support/api-process.js';
import { BoxOffice, type Offer, type OnSale, payAt, TICKETING } from './box-office.js';
import type { ClientAnswer } from '../support/client.js';
import { type Buyer, makeCrowd } from './crowd.js';
import { print } from '../support/print.js';
import { TwoProcesses } from '../support/two-processes.js';
import { type Hit, type Shot, volley } from './volley.js';

/** Set `OVERSELL_ROUNDS=20` for more. */
const ROUNDS = Number(process.env['OVERSELL_ROUNDS'] ?? 1);
const BUYERS = 2_000;
const PLACES = 100;
/** Number of buyers who order twice, and of others who order twice with the same key. */
const ASK_TWICE = 200;
/** Rounds of concurrent actions after the sale. */
const WAVES = 2;
const ACTIONS = 400;
const SECONDS = 120;
/** Milliseconds until a buyer retries. */
const RETRY_MS = 100;
const COME_BACK = 100;
const QUOTA_EXCEEDED = /^((User )?(event|category|session) quota exceeded)$/i;

let processes: TwoProcesses;
let office: BoxOffice;
let admin: string;
let crowd: Buyer[];
const statuses: Record<number, number> = {};

beforeAll(async () => {
  processes = await TwoProcesses.start({ ACCESS_TOKEN_TTL_SECONDS: '86400' });
  office = BoxOffice.open(processes.databaseUrl);
  admin = await processes.a.client.tokenOf('admin');
  crowd = await makeCrowd(office.query, BUYERS, admin);
});
afterAll(async () => {
  await office?.close();
  await processes?.stop();
});

const oneOf = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!;
const note = <T extends Hit | ClientAnswer>(answer: T): T => {
  statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  return answer;
};

interface Wish {
  buyer: Buyer;
  offer: Offer;
  key?: string;
  api: ApiProcess;
}

const shotOf = ({ buyer, offer, key, api }: Wish): Shot => ({
  url: api.url,
  path: `${TICKETING}/tickets`,
  token: buyer.token,
  body: offer,
  ...(key && { headers: { 'idempotency-key': key } }),
});

/** Sends all orders at the same time, and retries those with 503 in smaller groups. */
async function ask(wishes: readonly Wish[]): Promise<Hit[]> {
  const answers = (await volley(wishes.map(shotOf))).map(note);
  const refused = [...answers.keys()].filter((i) => answers[i]!.status === 503);
  for (let from = 0; from < refused.length; from += COME_BACK) {
    await sleep(RETRY_MS);
    const those = refused.slice(from, from + COME_BACK);
    const again = await ask(those.map((i) => wishes[i]!));
    for (const [n, i] of those.entries()) answers[i] = again[n]!;
  }
  return answers;
}

/** Orders of all buyers at the same time, through both processes, some of them twice. */
async function rush({ eventId, offers }: OnSale): Promise<{ wishes: Wish[]; answers: Hit[] }> {
  const wishes = crowd.map((buyer, i): Wish => {
    const isKeyed = i % 3 === 0 || (i >= ASK_TWICE && i < 2 * ASK_TWICE);
    return {
      buyer,
      offer: offers[i % 4]!,
      api: oneOf(processes.both),
      ...(isKeyed && { key: `rush-${eventId}` }),
    };
  });
  const other = ({ api }: Wish): ApiProcess => processes.both.find((found) => found !== api)!;
  const twice = wishes.slice(0, 2 * ASK_TWICE).map((wish) => ({ ...wish, api: other(wish) }));
  // Ordering twice without a key means two tickets.
  for (const wish of [...twice, ...wishes].filter((_, i) => i % 2 && i < ASK_TWICE)) delete wish.key;
  const all = [...wishes, ...twice].toSorted(() => Math.random() - 0.5);
  return { wishes: all, answers: await ask(all) };
}

interface Sold {
  id: string;
  wish: Wish;
  checkoutUrl?: string;
}

/** Everything that can happen to tickets, at random, through both processes. */
class Chaos {
  private readonly ticketOfKey = new Map<string, string>();

  constructor(
    private readonly onSale: OnSale,
    readonly sold: Sold[],
  ) {
    for (const { id, wish } of sold) this.remember(wish, id);
  }

  async step(round: number): Promise<void> {
    const chance = Math.random();
    const { id, wish, checkoutUrl } = oneOf(this.sold);
    const { client } = oneOf(processes.both);
    if (chance < 0.25) return this.cancel(id, wish.buyer);
    if (chance < 0.45) return checkoutUrl ? this.pay(checkoutUrl, id) : undefined;
    if (chance < 0.55) return office.letExpire([id]);
    if (chance < 0.56) return office.askForExpiry();
    if (chance < 0.7) return this.buy({ ...wish, api: oneOf(processes.both) });
    if (chance < 0.95) {
      const key = Math.random() < 0.5 ? { key: `later-${round}-${Math.floor(Math.random() * 3)}` } : {};
      const offer = oneOf(this.onSale.offers);
      return this.buy({ buyer: oneOf(crowd), offer, api: oneOf(processes.both), ...key });
    }
    const { eventId, sessionIds, categoryIds } = this.onSale;
    const [path, most] = oneOf([
      [`events/${eventId}`, PLACES],
      [`sessions/${oneOf(sessionIds)}`, PLACES / 2],
      [`categories/${oneOf(categoryIds)}`, PLACES / 2],
    ] as const);
    const body = { quota: Math.ceil(most * (0.3 + Math.random())) };
    const { status, body: answer } = note(
      await client.send('PATCH', `${TICKETING}/${path}`, { token: admin, body }),
    );
    if (status !== 200) expect(answer).toMatchObject({ detail: 'Cannot set quota less than used quota' });
  }

  private async buy(wish: Wish): Promise<void> {
    const [answer] = await ask([wish]);
    const { status, body } = answer!;
    if (status === 201) {
      this.remember(wish, body.id);
      this.sold.push({ id: body.id, wish, checkoutUrl: body.checkout?.url });
    } else if (status === 422) expect(body.errors).toMatchObject([{ code: 'reused' }]);
    else expect([status, body.detail]).toEqual([400, expect.stringMatching(QUOTA_EXCEEDED)]);
  }

  /** A key always has the same ticket. */
  private remember({ buyer, key }: Wish, ticketId: string): void {
    if (!key) return;
    const known = this.ticketOfKey.get(buyer.id + key) ?? ticketId;
    this.ticketOfKey.set(buyer.id + key, known);
    expect(ticketId).toBe(known);
  }

  private async cancel(id: string, { token }: Buyer): Promise<void> {
    const { client } = oneOf(processes.both);
    const { status, body } = note(await client.send('POST', `${TICKETING}/tickets/${id}/cancel`, { token }));
    if (status === 200) expect(body.status).toBe('cancelled');
    else expect([status, body.detail]).toEqual([400, expect.stringMatching(/already cancelled|has expired/)]);
  }

  private async pay(checkoutUrl: string, id: string): Promise<void> {
    const paymentId = `${id}-${Math.floor(Math.random() * 2)}`;
    expect(note(await payAt(oneOf(processes.both).client, checkoutUrl, paymentId)).status).toBe(200);
  }
}

/** Accepted payments without a confirmed ticket, and confirmed tickets without an accepted payment. */
const PAID_WRONGLY = `
  SELECT ticket.id, ticket.status, payment.outcome, payment.refund
  FROM ticketing_tickets ticket
  LEFT JOIN payments payment ON payment.reference = ticket.id::text AND payment.outcome = 'accepted'
  WHERE event_id = $1 AND price_cents > 0 AND NOT CASE ticket.status
    WHEN 'confirmed' THEN payment.id IS NOT NULL AND payment.refund IS NULL
    WHEN 'cancelled' THEN payment.id IS NULL OR payment.refund IS NOT NULL
    ELSE payment.id IS NULL END`;

async function expectSoldOnce({ wishes, answers }: { wishes: Wish[]; answers: Hit[] }): Promise<Sold[]> {
  const sold = new Map<string, Sold>();
  for (const [i, { status, body }] of answers.entries()) {
    if (status === 201) sold.set(body.id, { id: body.id, wish: wishes[i]!, checkoutUrl: body.checkout?.url });
    else expect([status, body.detail]).toEqual([400, expect.stringMatching(QUOTA_EXCEEDED)]);
  }
  expect(sold.size).toBe(PLACES);
  return [...sold.values()];
}

describe('never oversold', () => {
  it(
    `${BUYERS} buyers at once, ${PLACES} places, two processes, whatever happens next, ${ROUNDS} times`,
    { timeout: ROUNDS * SECONDS * 1000 },
    async () => {
      const before = await office.deadlocks();
      const startedAt = performance.now();
      for (let round = 0; round < ROUNDS; round++) {
        const onSale = await office.putOnSale(processes.a.client, admin, PLACES);
        const sold = await expectSoldOnce(await rush(onSale));
        expect((await office.ticketsOf(onSale)).map(({ id }) => id).toSorted()).toEqual(
          sold.map(({ id }) => id).toSorted(),
        );
        expect(await office.used(onSale)).toBe(PLACES);
        expect(await office.violations(onSale)).toEqual([]);

        const chaos = new Chaos(onSale, sold);
        for (let wave = 0; wave < WAVES; wave++) {
          await Promise.all(Array.from({ length: ACTIONS }, () => chaos.step(round)));
          expect(await office.violations(onSale)).toEqual([]);
        }
        await office.hasExpired();
        expect(await office.violations(onSale)).toEqual([]);
        expect(await office.query(PAID_WRONGLY, [onSale.eventId])).toEqual([]);
      }
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      print(`${ROUNDS} rounds in ${seconds} s, answers by status: ${JSON.stringify(statuses)}`);
      expect(Object.keys(statuses).filter((status) => Number(status) >= 500 && status !== '503')).toEqual([]);
      const [a, b] = processes.both;
      expect(a.output + b.output).not.toMatch(/deadlock/i);
      // Connections report their counts when they end.
      await Promise.all(processes.both.map((api) => api.stop()));
      expect(await office.deadlocks()).toBe(before);
    },
  );
});
