import 'reflect-metadata';
import { createLogger } from '@gatehouse/observability';
import { createApp } from '../create-app.js';
import { runCommand } from './run-command.js';

/** `npm run routes`: prints all routes with their resolved policy. */
await runCommand(async ({ environment, url, migrateDatabase, say }) => {
  await migrateDatabase();
  const app = await createApp(environment, url, createLogger('error'));
  say(app.getHttpAdapter().getInstance().routeTable.toString());
  await app.close();
});
