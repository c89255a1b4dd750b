import 'reflect-metadata';
import { migrationStatus } from '@gatehouse/database';
import { runCommand } from './run-command.js';

/** `npm run db:status`: prints which migrations the database has seen. */
await runCommand(async ({ database, say }) => {
  for (const { name, isDone } of await migrationStatus(database))
    say(`${isDone ? 'done   ' : 'pending'} ${name}`);
});
