import 'reflect-metadata';
import { migrationStatus } from '@gatehouse/database';
import { runCommand } from './run-command.js';

/** `npm run db:status`: lists the migrations and whether they have run. */
await runCommand(async ({ database, say }) => {
  for (const { name, isDone } of await migrationStatus(database))
    say(`${isDone ? 'done   ' : 'pending'} ${name}`);
});
