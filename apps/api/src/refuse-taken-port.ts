import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Environment } from '@gatehouse/config';

/**
 * Finds out that the port is taken before a database is opened for nothing.
 *
 * @throws the error of `listen`, with its `code` and `port`
 */
export async function refuseTakenPort({ host, PORT }: Environment): Promise<void> {
  const server = createServer().listen({ port: PORT, host });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
