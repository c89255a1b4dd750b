import { createClient } from '@redis/client';
import { createTestDatabase } from '@gatehouse/testing';
import { ApiProcess } from './api-process.js';

/** Two processes of the application on one database. */
export class TwoProcesses {
  private constructor(
    readonly a: ApiProcess,
    readonly b: ApiProcess,
    readonly databaseUrl: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  /**
   * Starts both at once on an empty database, which one of them fills.
   *
   * @param own what only one of them is given
   */
  static async start(
    variables: Record<string, string> = {},
    own: Partial<Record<'a' | 'b', Record<string, string>>> = {},
  ): Promise<TwoProcesses> {
    const { url, drop } = await createTestDatabase();
    const launched = (['a', 'b'] as const).map((name) =>
      ApiProcess.launch({ DATABASE_URL: url, ...variables, ...own[name] }),
    );
    const [a, b] = launched as [ApiProcess, ApiProcess];
    try {
      await Promise.all([a.ready(), b.ready()]);
      return new TwoProcesses(a, b, url, drop);
    } catch (error) {
      await Promise.all(launched.map((api) => api.kill()));
      await drop();
      throw error;
    }
  }

  get both(): readonly [ApiProcess, ApiProcess] {
    return [this.a, this.b];
  }

  async stop(): Promise<void> {
    await Promise.all(this.both.map((api) => api.stop()));
    await this.dropDatabase();
  }
}

/**
 * One of the numbered databases of a Redis, empty.
 *
 * @param url of the server
 * @param number the spec's own, of 0 to 15
 * @returns its address
 */
export async function emptyRedis(url: string, number: number): Promise<string> {
  const database = new URL(url);
  database.pathname = `/${number}`;
  const client = await createClient({ url: database.href }).connect();
  await client.flushDb();
  client.destroy();
  return database.href;
}
