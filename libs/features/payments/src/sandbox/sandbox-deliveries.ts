import { request, type RequestOptions, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Environment } from '@gatehouse/config';
import { Jobs } from '@gatehouse/jobs';
import { PaymentsSettings } from '../payments.settings.js';
import type { PaymentEvent } from '../provider/payment-provider.js';
import { SandboxDelivery } from './sandbox-delivery.entity.js';
import { SIGNATURE_HEADER, writeSandboxEvent } from './sandbox.provider.js';
import { signWebhook } from './webhook-signature.js';

const DELIVER = 'payments.deliver-sandbox-event';
/** Retries for about three days, like common providers. */
const ATTEMPTS = { retries: 79, backoffSeconds: 5 };
/** Maximum number of calls that a process makes at the same time. */
const CONCURRENCY = 5;
/** Timeout of a response in milliseconds. */
const TIMEOUT_MS = 10_000;
const PATH = '/api/v1/payments/webhook';

/**
 * Calls the webhook for the sandbox by HTTP, like a provider: at least once, with growing delays until the response
 * is 2xx.
 */
@Injectable()
export class SandboxDeliveries {
  constructor(
    @InjectRepository(SandboxDelivery) private readonly deliveries: Repository<SandboxDelivery>,
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
    await this.deliveries.manager.transaction(async (manager) => {
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
    return this.deliveries.existsBy({ checkoutId });
  }

  private async deliver(paymentId: string): Promise<void> {
    const delivery = await this.deliveries.findOneBy({ paymentId });
    if (!delivery) return;
    await this.call(delivery.body);
    await this.deliveries.delete({ paymentId });
  }

  private async call(body: string): Promise<void> {
    const { host, protocol } = new URL(this.environment.publicUrl);
    const headers = {
      // Headers of a proxy, which `fetch` would not send: ALLOWED_HOSTS contains the public name; HTTPS_REDIRECT requires a trusted loopback.
      host,
      'x-forwarded-proto': protocol.slice(0, -1),
      'content-type': 'application/json',
      [SIGNATURE_HEADER]: signWebhook(body, this.settings.webhookSecret),
    };
    const status = await post({ ...this.api(), path: PATH, headers }, body);
    if (status < 200 || status > 299) throw new Error(`The webhook answered ${status}`);
  }

  /**
   * Address at which the API listens, since its public address may be unreachable from here behind proxies: this
   * process, or for a worker, which does not listen itself, `HOST` and `PORT`.
   */
  private api(): { host: string; port: number } {
    const server = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    const bound = server?.address() as AddressInfo | null | undefined;
    const { address, port } = bound ?? { address: this.environment.host, port: this.environment.PORT };
    return { host: ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : address, port };
  }
}

/** @returns the status of the response */
function post(options: RequestOptions, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const outgoing = request({ ...options, method: 'POST', agent: false, signal });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      response
        .on('error', reject)
        .on('end', () => resolve(response.statusCode!))
        .resume();
    });
    outgoing.end(body);
  });
}
