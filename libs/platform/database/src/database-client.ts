import { Socket } from 'node:net';
import pg from 'pg';

/**
 * A connection that ends when a query gets no answer in `query_timeout`. Without that, the pool would hand out one
 * whose other end has silently gone again and again, until the operating system notices, which takes hours.
 *
 * One that is lost does not end the process either: pool and TypeORM listen for errors only while they hold it, and
 * an error in between, or a second one, would be uncaught. The next query on it fails, or the pool makes another.
 */
export class DatabaseClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.on('error', () => undefined);
    const query = this.query.bind(this) as (...parameters: unknown[]) => unknown;
    const ended = new Promise<void>((resolve) => this.once('end', resolve));
    const endWhenSilent = async (error: Error): Promise<never> => {
      if (error.message !== 'Query read timeout') throw error;
      // Ended before the caller knows, who would give it back to the pool as a good one.
      socket.destroy();
      await ended;
      throw new Error('Connection terminated: the database did not answer in time', { cause: error });
    };
    this.query = ((...parameters: unknown[]) => {
      const result = query(...parameters);
      return result instanceof Promise ? result.catch(endWhenSilent) : result;
    }) as pg.Client['query'];
  }
}
