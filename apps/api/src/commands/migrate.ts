import 'reflect-metadata';
import { migrate } from '@gatehouse/database';
import { runCommand } from './run-command.js';

/** `npm run db:migrate`: runs the pending migrations. */
await runCommand(async ({ database, say }) => {
  const done = await migrate(database);
  say(done.length > 0 ? `${done.length} migrations run.` : 'The database is up to date.');
});
