import 'reflect-metadata';
import { revertMigration } from '@gatehouse/database';
import { runCommand } from './run-command.js';

/** `npm run db:revert`: reverts the last migration, together with the data that depends on it. */
await runCommand(async ({ environment, database, say }) => {
  if (environment.isProduction)
    throw new Error('Reverting is not allowed in production: write another migration');
  const reverted = await revertMigration(database);
  say(reverted ? `Reverted: ${reverted}` : 'No migration has been run.');
});
