import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Draining } from '../health/draining.js';
import type { RequestObserver } from '../request-observer.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const POLL_MS = 20;
/** Timeout in milliseconds for closing pools and servers. */
const CLOSE_MS = 10_000;

export interface ShutdownOptions {
  /** Its server, if any, closes every connection when it closes. */
  app: { close(): Promise<void> };
  draining: Draining;
  requests: RequestObserver;
  logger: Logger;
  /** Grace period for requests in flight (`SHUTDOWN_GRACE_SECONDS`). */
  graceSeconds: number;
  /** Replaces `process.exit`, for tests. */
  exit?: (status: number) => void;
}

/**
 * Shuts the application down in order: readiness fails and new requests get 503; requests in flight and the tasks of
 * {@link Draining} finish within the grace period; then connections, pools and the process end. A second signal ends
 * the process at once.
 */
export class GracefulShutdown {
  private running: Promise<void> | undefined;
  private readonly onSignal = (signal: NodeJS.Signals): void => void this.handle(signal);

  constructor(private readonly options: ShutdownOptions) {}

  /** Listens for SIGTERM and SIGINT. */
  listen(): this {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
    return this;
  }

  /** Stops listening. */
  unlisten(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }

  /** Runs the shutdown once; later calls wait for the same run. */
  shutdown(): Promise<void> {
    return (this.running ??= this.run());
  }

  protected async handle(signal: NodeJS.Signals): Promise<void> {
    const { logger, exit = process.exit } = this.options;
    if (this.running) {
      logger.warn({ signal }, 'shutdown_forced');
      exit(1);
      return;
    }
    logger.info({ signal }, 'shutdown_started');
    try {
      await this.shutdown();
      logger.info('shutdown_completed');
      exit(0);
    } catch (err) {
      logger.error({ err }, 'shutdown_failed');
      exit(1);
    }
  }

  private async run(): Promise<void> {
    const drained = this.options.draining.begin();
    await Promise.all([this.requestsFinished(), this.withinGrace(drained)]);
    await this.close();
  }

  private async withinGrace(work: Promise<void>): Promise<void> {
    const enough = new AbortController();
    const grace = sleep(this.options.graceSeconds * 1000, undefined, { signal: enough.signal });
    await Promise.race([work, grace.catch(() => undefined)]);
    enough.abort();
  }

  private async requestsFinished(): Promise<void> {
    const { requests, graceSeconds, logger } = this.options;
    const deadline = performance.now() + graceSeconds * 1000;
    while (requests.inFlight > 0 && performance.now() < deadline) await sleep(POLL_MS);
    if (requests.inFlight > 0) logger.warn({ requests: requests.inFlight }, 'shutdown_cut_off_requests');
  }

  private async close(): Promise<void> {
    const late = AbortSignal.timeout(CLOSE_MS);
    const { promise, reject } = Promise.withResolvers<never>();
    late.addEventListener('abort', () =>
      reject(new Error(`The application did not close within ${CLOSE_MS} ms`)),
    );
    await Promise.race([this.options.app.close(), promise]);
  }
}
