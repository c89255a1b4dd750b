import { BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

interface Task {
  name: string;
  work: () => Promise<void>;
}

/** Few, so that however many wait for a row of the database, requests still find a connection. */
const MAX_RUNNING = 4;
const MAX_WAITING = 10_000;

/** Work that a request causes and its answer does not wait for. The shutdown waits for it. */
@Injectable()
export class BackgroundTasks implements BeforeApplicationShutdown {
  private readonly logger = new Logger(BackgroundTasks.name);
  private readonly waiting: Task[] = [];
  private readonly running = new Set<Promise<void>>();

  /**
   * Does something after the answer of the request that is being handled.
   *
   * @param name what it is, for the log line when it fails
   */
  run(name: string, work: () => Promise<void>): void {
    if (this.waiting.length >= MAX_WAITING) {
      this.logger.error(`Too much waits to be done, left out: ${name}`);
      return;
    }
    this.waiting.push({ name, work });
    setImmediate(() => this.start());
  }

  /** The database is still there at this point. */
  beforeApplicationShutdown(): Promise<void> {
    return this.idle();
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    this.start();
    while (this.running.size > 0) await Promise.race(this.running);
  }

  private start(): void {
    while (this.running.size < MAX_RUNNING && this.waiting.length > 0) {
      const finished = this.attempt(this.waiting.shift()!).then(() => {
        this.running.delete(finished);
        this.start();
      });
      this.running.add(finished);
    }
  }

  private async attempt({ name, work }: Task): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error(`Failed: ${name}`, error);
    }
  }
}
