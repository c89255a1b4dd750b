import type { Environment } from '@gatehouse/config';
import type { DatabaseOptions, MigrateOptions } from '@gatehouse/database';
import { redactText } from '@gatehouse/text';
import { databaseOptions } from '../database-options.js';
import { openDatabase } from '../open-database.js';
import { readEnvironment } from '../read-environment.js';
import { say } from '../say.js';

export interface CommandContext {
  environment: Environment;
  /** The database to work on, its entities and migrations. */
  database: DatabaseOptions & MigrateOptions;
  say(line: string): void;
}

/** Runs a command of the terminal against the database of the settings. Status 1 and a message when it fails. */
export async function runCommand(command: (context: CommandContext) => Promise<void>): Promise<void> {
  try {
    const environment = readEnvironment();
    // Background jobs are for the processes that stay.
    environment.WORKER = 'none';
    const server = await openDatabase(environment, say);
    try {
      await command({ environment, database: { ...databaseOptions(server.url), log: say }, say });
    } finally {
      await server.stop();
    }
  } catch (error) {
    process.stderr.write(`${redactText(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = 1;
  }
}
