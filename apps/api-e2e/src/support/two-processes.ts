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
   * Starts both at the same time on an empty database, which one of them migrates.
   * @param own variables for one of them
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
 * Empties one of the numbered databases of a Redis.
 * @param url URL of the server
 * @param number database of the spec, 0 to 15
 * @returns the URL of the database
 */
export async function emptyRedis(url: string, number: number): Promise<string> {
  const database = new URL(url);
  database.pathname = `/${number}`;
  const client = await createClient({ url: database.href }).connect();
  await client.flushDb();
  client.destroy();
  return database.href;
}
