import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { createApp, features } from '@gatehouse/api';
import { Environment } from '@gatehouse/config';
import { FeatureModule } from '@gatehouse/modules';
import type { PaymentCallback, ReceivedPayment } from '@gatehouse/payments';
import { createLogger } from '@gatehouse/observability';
import { Checkouts, PaymentsModule, PaymentsSettings } from '@gatehouse/payments';
import { sandboxCall, type TestPayment } from '@gatehouse/payments/testing';
import { type Answer, send, TestApp } from '../support/test-app.js';

/** The shop's payment callback: records the sale, then does what a spec sets. */
@Injectable()
export class ShopCallback implements PaymentCallback {
  verdict: (payment: ReceivedPayment) => Promise<'accepted' | 'refund'> = async () => 'accepted';

  async paid(payment: ReceivedPayment, manager: EntityManager): Promise<'accepted' | 'refund'> {
    await manager.query('INSERT INTO shop_sales VALUES ($1)', [payment.reference]);
    return this.verdict(payment);
  }
}

/** A feature that sells. */
@FeatureModule(
  { root: 'shop', tag: 'Shop', description: 'For the specs.', paymentCallback: ShopCallback },
  { imports: [PaymentsModule], providers: [ShopCallback] },
)
export class ShopModule {}

/** A row of the table of payments. */
export interface PaymentRow {
  id: string;
  outcome: string;
  refund: string | null;
  amount_cents: number;
  provider_refund_id: string | null;
}

/** The application with a feature that sells, and a buyer. */
export class Shop {
  private made = 0;

  private constructor(
    readonly app: TestApp,
    private readonly userId: string,
  ) {}

  static async open(variables: Record<string, string> = {}): Promise<Shop> {
    const app = await TestApp.start(variables, [ShopModule]);
    await app.dataSource.query('CREATE TABLE shop_sales (reference text NOT NULL)');
    const [buyer] = await app.dataSource.query(`SELECT id FROM users WHERE username = 'demo'`);
    return new Shop(app, buyer?.id);
  }

  close(): Promise<void> {
    return this.app.stop();
  }

  get callback(): ShopCallback {
    return this.app.app.get(ShopCallback, { strict: false });
  }

  get secret(): string {
    return this.app.app.get(PaymentsSettings).webhookSecret;
  }

  get checkouts(): Checkouts {
    return this.app.app.get(Checkouts, { strict: false });
  }

  /** Opens a checkout for 25.00 EUR. */
  async checkout(changes: { expiresAt?: Date; description?: string } = {}): Promise<SoldThing> {
    const reference = `order-${++this.made}`;
    const { id, url } = await this.app.dataSource.transaction((manager) =>
      this.checkouts.open(
        {
          feature: 'shop',
          reference,
          userId: this.userId,
          amountCents: 2500,
          currency: 'EUR',
          description: 'A thing',
          expiresAt: new Date(Date.now() + 3_600_000),
          ...changes,
        },
        manager,
      ),
    );
    return { id, reference, path: new URL(url).pathname };
  }

  /** Calls the webhook like the sandbox. */
  tell(payment: TestPayment, url = this.app.url): Promise<Answer> {
    return send(url, 'POST', WEBHOOK, sandboxCall(payment, this.secret));
  }

  async payments({ id }: SoldThing): Promise<PaymentRow[]> {
    return this.app.dataSource.query('SELECT * FROM payments WHERE checkout_id = $1 ORDER BY id', [id]);
  }

  async statusOf({ id }: SoldThing): Promise<string> {
    const [row] = await this.app.dataSource.query('SELECT status FROM checkouts WHERE id = $1', [id]);
    return row.status;
  }

  /** Number of recorded sales. */
  async sales({ reference }: SoldThing): Promise<number> {
    const query = 'SELECT count(*)::int AS count FROM shop_sales WHERE reference = $1';
    const [row] = await this.app.dataSource.query(query, [reference]);
    return row.count;
  }

  /** Starts a second application on the same database. @returns its URL, and a function that stops it */
  async another(): Promise<{ url: string; stop(): Promise<void> }> {
    const { app, dataSource } = this.app;
    const { url } = dataSource.options as { url: string };
    const modules = [...features, ShopModule];
    const other = await createApp(app.get(Environment), url, createLogger('silent'), modules);
    await other.listen({ port: 0, host: '127.0.0.1' });
    return { url: await other.getUrl(), stop: () => other.close() };
  }
}

export interface SoldThing {
  /** Id of the checkout. */
  id: string;
  reference: string;
  /** Path of the checkout's page. */
  path: string;
}

export const WEBHOOK = '/api/v1/payments/webhook';
