import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Handles signals until the application has started: the process ends once the database that it has started, or is
 * starting, has stopped. By default the process would end at once and leave the database running.
 */
export class StartSignals {
  /** Exit status of an interrupted start, as in shells: 128 plus the number of the signal. */
  interruptedWith: number | undefined;

  private readonly onSignal = (signal: NodeJS.Signals): void => void this.interrupt(signal);

  constructor(private readonly database: Promise<Stoppable>) {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  /** Stops handling signals. */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }

  private async interrupt(signal: NodeJS.Signals): Promise<void> {
    if (this.interruptedWith !== undefined) return;
    this.interruptedWith = 128 + constants.signals[signal];
    await this.database.then((database) => database.stop()).catch(() => undefined);
    process.exit(this.interruptedWith);
  }
}
