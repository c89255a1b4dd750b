import type { Environment } from '@gatehouse/config';
import type { DatabaseOptions, MigrateOptions } from '@gatehouse/database';
import { redactText } from '@gatehouse/text';
import { databaseOptions } from '../database-options.js';
import { openDatabase } from '../open-database.js';
import { readEnvironment } from '../read-environment.js';
import { say } from '../say.js';

export interface CommandContext {
  environment: Environment;
  /** Database to work on, with its entities and migrations. */
  database: DatabaseOptions & MigrateOptions;
  say(line: string): void;
}

/** Runs a terminal command against the configured database. Exits with status 1 and a message on failure. */
export async function runCommand(command: (context: CommandContext) => Promise<void>): Promise<void> {
  try {
    const environment = readEnvironment();
    // Only long-running processes work background jobs.
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
