import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { Environment } from '@gatehouse/config';
import { Jobs } from '@gatehouse/jobs';
import { PaymentsSettings } from '../payments.settings.js';
import type { PaymentEvent } from '../provider/payment-provider.js';
import { signWebhook } from '../provider/webhook-signature.js';
import { callWebhook } from './call-webhook.js';
import { SandboxDelivery } from './sandbox-delivery.entity.js';
import { SIGNATURE_HEADER, writeSandboxEvent } from './sandbox-event.js';

const DELIVER = 'payments.deliver-sandbox-event';
/** Retries for about three days, like common providers. */
const ATTEMPTS = { retries: 79, backoffSeconds: 5 };
/** Maximum number of calls that a process makes at the same time. */
const CONCURRENCY = 5;
const PATH = '/api/v1/payments/webhook';

/**
 * Calls the webhook for the sandbox by HTTP, like a provider: at least once, with growing delays until the response
 * is 2xx.
 */
@Injectable()
export class SandboxDeliveries {
  constructor(
    private readonly dataSource: DataSource,
    private readonly environment: Environment,
    private readonly settings: PaymentsSettings,
    private readonly host: HttpAdapterHost,
    private readonly jobs: Jobs,
  ) {
    if (settings.provider(environment) !== 'sandbox') return;
    const definition = { name: DELIVER, ...ATTEMPTS, concurrency: CONCURRENCY };
    jobs.define<{ paymentId: string }>(definition, ({ payload }) => this.deliver(payload.paymentId));
  }

  /** Queues a webhook call, unless one for the same payment is already queued. */
  async queue(event: Omit<PaymentEvent, 'details'>): Promise<void> {
    const { paymentId, checkoutId } = event;
    await this.dataSource.transaction(async (manager) => {
      const { raw } = await manager
        .createQueryBuilder()
        .insert()
        .into(SandboxDelivery)
        .values({ paymentId, checkoutId, body: writeSandboxEvent(event) })
        .orIgnore()
        .returning('payment_id')
        .execute();
      if (raw.length > 0) await this.jobs.enqueue(DELIVER, { paymentId }, { manager });
    });
  }

  /** Whether a call for this checkout is queued. */
  isWaiting(checkoutId: string): Promise<boolean> {
    return this.dataSource.manager.existsBy(SandboxDelivery, { checkoutId });
  }

  private async deliver(paymentId: string): Promise<void> {
    const { manager } = this.dataSource;
    const delivery = await manager.findOneBy(SandboxDelivery, { paymentId });
    if (!delivery) return;
    await this.call(delivery.body);
    await manager.delete(SandboxDelivery, { paymentId });
  }

  private async call(body: string): Promise<void> {
    const { host, protocol } = new URL(this.environment.publicUrl);
    const headers = {
      // Headers of a proxy: ALLOWED_HOSTS contains the public name; HTTPS_REDIRECT requires a trusted loopback.
      host,
      'x-forwarded-proto': protocol.slice(0, -1),
      'content-type': 'application/json',
      [SIGNATURE_HEADER]: signWebhook(body, this.settings.webhookSecret),
    };
    const status = await callWebhook({ ...this.api(), path: PATH, headers, body });
    if (status < 200 || status > 299) throw new Error(`The webhook answered ${status}`);
  }

  /**
   * Address at which the API listens, since its public address may be unreachable from here behind proxies: this
   * process, or for a worker, which does not listen itself, `HOST` and `PORT`.
   */
  private api(): Pick<AddressInfo, 'address' | 'port'> {
    const server = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    const bound = server?.address() as AddressInfo | null | undefined;
    const { address, port } = bound ?? { address: this.environment.host, port: this.environment.PORT };
    return { address: ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : address, port };
  }
}
