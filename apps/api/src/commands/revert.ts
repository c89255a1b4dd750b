import 'reflect-metadata';
import { revertMigration } from '@gatehouse/database';
import { runCommand } from './run-command.js';

/** `npm run db:revert`: reverts the migration that was run last, with the data that it made room for. */
await runCommand(async ({ environment, database, say }) => {
  if (environment.isProduction)
    throw new Error('A migration is not reverted in production: write another one');
  const reverted = await revertMigration(database);
  say(reverted ? `Reverted: ${reverted}` : 'No migration has been run.');
});
