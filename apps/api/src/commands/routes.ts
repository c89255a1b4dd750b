import 'reflect-metadata';
import { migrate } from '@gatehouse/database';
import { createLogger } from '@gatehouse/observability';
import { createApp } from '../create-app.js';
import { runCommand } from './run-command.js';

/** `npm run routes`: prints all routes with their resolved policy. */
await runCommand(async ({ environment, database, say }) => {
  await migrate(database);
  const app = await createApp(environment, database.url, createLogger('error'));
  say(app.getHttpAdapter().getInstance().routeTable.toString());
  await app.close();
});
