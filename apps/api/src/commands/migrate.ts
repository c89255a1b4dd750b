import 'reflect-metadata';
import { runCommand } from './run-command.js';

/** `npm run db:migrate`: brings the tables up to date and ends. */
await runCommand(async ({ migrateDatabase, say }) => {
  const done = await migrateDatabase();
  say(done.length > 0 ? `${done.length} migrations run.` : 'The database is up to date.');
});
