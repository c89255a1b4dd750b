import type { Readable } from 'node:stream';
import { PayloadTooLargeProblem, Problem } from '@gatehouse/http';

/** Minimum pace of a body with files. Tests set shorter times. */
export const formPace = {
  /** Minimum bytes per second, averaged over the time spent waiting for the client. */
  leastRate: 16_000,
  /** Milliseconds of waiting before the rate counts. */
  graceMs: 60_000,
  /** Milliseconds between two checks. */
  checkMs: 5_000,
};

/** Watches the size and the pace of a body while a parser reads it. */
export class BodyWatch {
  private readonly failure = Promise.withResolvers<never>();
  private readonly timer: NodeJS.Timeout;
  private size = 0;
  private waitedMs = 0;

  /** @param body a stream that is already piped to its reader: a listener alone would start it */
  constructor(
    private readonly body: Readable,
    private readonly limit: number,
  ) {
    this.failure.promise.catch(() => undefined);
    body.on('data', this.count);
    this.timer = setInterval(() => setImmediate(this.check), formPace.checkMs).unref();
  }

  /** Rejects with a problem when the body is too large (413) or too slow (408); never resolves. */
  get failed(): Promise<never> {
    return this.failure.promise;
  }

  stop(): void {
    clearInterval(this.timer);
    this.body.off('data', this.count);
  }

  private readonly count = (chunk: Buffer): void => {
    this.size += chunk.length;
    if (this.size > this.limit) this.failure.reject(new PayloadTooLargeProblem(this.limit));
  };

  /** A body is paused while its reader is busy: time that the client is not responsible for. */
  private readonly check = (): void => {
    if (this.body.isPaused()) return;
    this.waitedMs += formPace.checkMs;
    const isLate = this.size < (formPace.leastRate * this.waitedMs) / 1_000;
    if (this.waitedMs <= formPace.graceMs || !isLate) return;
    const headers = { connection: 'close' };
    this.failure.reject(new Problem('request-timeout', 'The body did not come in time', { headers }));
  };
}
