import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Environment } from '@gatehouse/config';

/**
 * Checks that the port is free before a database is opened in vain.
 * @throws the error of `listen`, with its `code` and `port`
 */
export async function refuseTakenPort({ host, PORT }: Environment): Promise<void> {
  const server = createServer().listen({ port: PORT, host });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
