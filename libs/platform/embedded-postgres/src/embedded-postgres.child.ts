import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';

/** A process for embedded-postgres.spec.ts that owns a server like the API. Ctrl-C drains before it stops. */
const [dataDir = ''] = process.argv.slice(2);
try {
  const server = await startEmbeddedPostgres({ dataDir });
  const stop = async (result: string) => {
    await server.stop();
    process.send!(result, () => process.exit());
  };
  process.on('message', () => void stop('stopped'));
  process.on('SIGINT', async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const client = new pg.Client(server.url);
    const outcome = await client.connect().then(
      () => client.end().then(() => 'drained'),
      (error: Error) => error.message,
    );
    await stop(outcome);
  });
  process.send!(server.url);
} catch (error) {
  process.send!((error as Error).message, () => process.exit(1));
}
