import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { Problem, UnavailableProblem } from '@gatehouse/http';
import { clientAddress, loadTestLimit } from '@gatehouse/throttle';

/** Seconds after which a refused client may retry. */
const RETRY_AFTER = 60;

/** Limits the number of open event streams: each takes memory, and CPU time at every change. */
@Injectable()
export class EventStreamLimits {
  perAddress: number;
  perProcess: number;
  /** Milliseconds after which a stream ends; its client reconnects, possibly to another process. */
  life = 3_600_000;

  private readonly open = new Map<string, number>();
  /** Number of open streams. */
  total = 0;

  constructor(environment: Environment) {
    this.perAddress = loadTestLimit(50, environment);
    this.perProcess = loadTestLimit(5_000, environment);
  }

  /**
   * Counts one more stream.
   *
   * @param address the client's
   * @returns the function to call, once, when the stream has ended
   * @throws {Problem} 429 when the address has too many, {UnavailableProblem} when the process has
   */
  take(address: string): () => void {
    const client = clientAddress(address);
    const before = this.open.get(client) ?? 0;
    if (before >= this.perAddress) {
      const detail = `Too many event streams from one address. Max ${this.perAddress} at once`;
      throw new Problem('rate-limit-exceeded', detail, { headers: { 'retry-after': String(RETRY_AFTER) } });
    }
    if (this.total >= this.perProcess) throw new UnavailableProblem('Too many event streams', RETRY_AFTER);
    this.total++;
    this.open.set(client, before + 1);
    return () => this.release(client);
  }

  private release(client: string): void {
    this.total--;
    const left = this.open.get(client)! - 1;
    if (left > 0) this.open.set(client, left);
    else this.open.delete(client);
  }
}
