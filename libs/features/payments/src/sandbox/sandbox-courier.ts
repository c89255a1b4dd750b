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
import { callWebhook } from './call-webhook.js';
import { type ClaimedDelivery, SandboxDeliveries } from './sandbox-deliveries.js';
import { SIGNATURE_HEADER } from './sandbox-event.js';

const POLL_MS = 2_000;
/** Calls that are made at the same time. */
const BATCH = 5;
const PATH = '/api/v1/payments/webhook';

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
    const listener = this.listener();
    if (!listener) return false;
    const claimed = await this.deliveries.claim(BATCH);
    await Promise.all(claimed.map((delivery) => this.deliver(delivery, listener)));
    return claimed.length === BATCH;
  }

  private async deliver(delivery: ClaimedDelivery, listener: AddressInfo): Promise<void> {
    try {
      await this.call(listener, delivery.body);
    } catch (error) {
      const { message } = error as Error;
      return this.deliveries.postpone(delivery, message, retryDelay(delivery.attempts));
    }
    await this.deliveries.remove(delivery);
  }

  private async call({ address, port }: AddressInfo, body: string): Promise<void> {
    const { publicUrl, PAYMENT_WEBHOOK_SECRET } = this.environment;
    const { host, protocol } = new URL(publicUrl);
    const headers = {
      // As a proxy would pass it on: ALLOWED_HOSTS has the public name; HTTPS_REDIRECT needs a trusted loopback.
      host,
      'x-forwarded-proto': protocol.slice(0, -1),
      'content-type': 'application/json',
      [SIGNATURE_HEADER]: signWebhook(body, PAYMENT_WEBHOOK_SECRET),
    };
    const status = await callWebhook({ address, port, path: PATH, headers, body });
    if (status < 200 || status > 299) throw new Error(`The webhook answered ${status}`);
  }

  /**
   * Where this process listens: its public address, behind proxies, need not be reachable from here.
   *
   * @returns `undefined` while it does not listen
   */
  private listener(): AddressInfo | undefined {
    const server = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    const bound = server?.address() as AddressInfo | null | undefined;
    if (!bound) return undefined;
    const isEverywhere = ['0.0.0.0', '::'].includes(bound.address);
    return isEverywhere ? { ...bound, address: '127.0.0.1' } : bound;
  }
}
