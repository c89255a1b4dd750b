import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * What a signal does until the application is up: the process ends as soon as the database that it has started, or
 * is about to start, has ended. Left to itself the process would end at once and leave that one behind.
 */
export class StartSignals {
  /** The exit status of a start that was interrupted (128 and the signal's number), as shells give it. */
  interruptedWith: number | undefined;

  private readonly onSignal = (signal: NodeJS.Signals): void => void this.interrupt(signal);

  constructor(private readonly database: Promise<Stoppable>) {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  /** Leaves signals to somebody else from here on. */
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
