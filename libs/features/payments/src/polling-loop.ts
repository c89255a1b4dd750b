import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';

/** Milliseconds at shutdown for the round that runs. What takes longer is done again after its lease. */
const STOP_MS = 5_000;

/** Does work in rounds: at once while there is more, else after a pause or when it is woken. */
export class PollingLoop {
  private running: Promise<void> | undefined;
  private stopped = false;
  private awake = false;
  private pause = new AbortController();
  private inTrouble = false;

  /**
   * @param round does some of the work; resolves with whether there may be more now
   * @param pauseMs between two rounds, in milliseconds
   */
  constructor(
    private readonly round: () => Promise<boolean>,
    private readonly pauseMs: number,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** There is work: the next round comes at once. */
  wake(): void {
    this.awake = true;
    this.pause.abort();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    const enough = new AbortController();
    await Promise.race([this.running, sleep(STOP_MS, undefined, { signal: enough.signal }).catch(() => {})]);
    enough.abort();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.awake = false;
      if (!(await this.work())) await this.rest();
    }
  }

  /** An outage is one line, however long it lasts. */
  private async work(): Promise<boolean> {
    try {
      const more = await this.round();
      if (this.inTrouble) this.logger.log('It works again');
      this.inTrouble = false;
      return more;
    } catch (error) {
      if (!this.inTrouble)
        this.logger.warn(`Cannot work now, and will try again: ${(error as Error).message}`);
      this.inTrouble = true;
      return false;
    }
  }

  private async rest(): Promise<void> {
    if (this.awake || this.stopped) return;
    this.pause = new AbortController();
    await sleep(this.pauseMs, undefined, { signal: this.pause.signal, ref: false }).catch(() => {});
  }
}
