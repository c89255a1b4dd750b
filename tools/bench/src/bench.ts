import { type BenchDatabase, createDatabase, fillWithBooks } from './database.js';
import { startGatehouse } from './gatehouse.js';
import { type BenchRedis, findRedis } from './redis.js';
import { ServerProcess } from './server-process.js';

/** Resources shared by all comparisons of a run, and their cleanup. */
export class Bench {
  private readonly ends: (() => Promise<unknown>)[] = [];
  private closed: Promise<void> | undefined;

  private constructor(
    readonly database: BenchDatabase,
    readonly redis: BenchRedis | undefined,
  ) {}

  /** Creates a database, has Gatehouse migrate it, and fills it. */
  static async open(): Promise<Bench> {
    const opening = createDatabase().then(async (database) => new Bench(database, await findRedis()));
    const interrupted = (): void =>
      void opening.then((bench) => bench.close()).finally(() => process.exit(130));
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    const bench = await opening;
    try {
      await startGatehouse(bench.database.url);
      await ServerProcess.stopAll();
      await fillWithBooks(bench.database);
    } catch (error) {
      await bench.close();
      throw error;
    }
    return bench;
  }

  onEnd(end: () => Promise<unknown>): void {
    this.ends.push(end);
  }

  /** Stops the servers and drops the created databases. */
  close(): Promise<void> {
    return (this.closed ??= this.end());
  }

  private async end(): Promise<void> {
    await ServerProcess.stopAll();
    for (const end of this.ends) await end();
    await this.redis?.clear();
    await this.database.drop();
  }
}
