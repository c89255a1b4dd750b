import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Environment } from '@gatehouse/config';
import { PollingLoop } from '../polling-loop.js';
import { signWebhook } from '../provider/webhook-signature.js';
import { retryDelay } from '../retry-delay.js';
import { type ClaimedDelivery, SandboxDeliveries } from './sandbox-deliveries.js';
import { SIGNATURE_HEADER } from './sandbox-event.js';

const POLL_MS = 2_000;
/** Calls that are made at the same time. */
const BATCH = 5;
/** Milliseconds that an answer may take: far below the lease of a delivery. */
const TIMEOUT_MS = 10_000;

/**
 * Calls the webhook for the sandbox, by HTTP, as a provider would: at least once, and again after longer and longer
 * pauses until it is answered with 2xx.
 */
@Injectable()
export class SandboxCourier implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SandboxCourier.name);
  private readonly loop = new PollingLoop(() => this.deliverDue(), POLL_MS, this.logger);

  constructor(
    private readonly environment: Environment,
    private readonly deliveries: SandboxDeliveries,
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    if (this.environment.paymentProvider === 'sandbox') this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Delivers soon what was just queued. */
  wake(): void {
    this.loop.wake();
  }

  private async deliverDue(): Promise<boolean> {
    const url = this.webhookUrl();
    if (!url) return false;
    const claimed = await this.deliveries.claim(BATCH);
    await Promise.all(claimed.map((delivery) => this.deliver(delivery, url)));
    return claimed.length === BATCH;
  }

  private async deliver(delivery: ClaimedDelivery, url: string): Promise<void> {
    try {
      await this.call(url, delivery.body);
    } catch (error) {
      const { message } = error as Error;
      return this.deliveries.postpone(delivery, message, retryDelay(delivery.attempts));
    }
    await this.deliveries.remove(delivery);
  }

  private async call(url: string, body: string): Promise<void> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        // By its public name, which ALLOWED_HOSTS has.
        host: new URL(this.environment.publicUrl).host,
        'content-type': 'application/json',
        [SIGNATURE_HEADER]: signWebhook(body, this.environment.PAYMENT_WEBHOOK_SECRET),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The webhook answered ${response.status}`);
  }

  /**
   * This process's own webhook, past all proxies: its public address need not be reachable from here.
   *
   * @returns `undefined` while it does not listen
   */
  private webhookUrl(): string | undefined {
    const server = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    const bound = server?.address() as AddressInfo | null | undefined;
    if (!bound) return undefined;
    const address = ['0.0.0.0', '::'].includes(bound.address) ? '127.0.0.1' : bound.address;
    return `http://${address.includes(':') ? `[${address}]` : address}:${bound.port}/api/v1/payments/webhook`;
  }
}
