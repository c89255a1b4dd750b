import type { Environment } from '@gatehouse/config';
import { migrate } from '@gatehouse/database';
import { redactText } from '@gatehouse/text';
import { databaseOptions } from '../database-options.js';
import { openDatabase } from '../open-database.js';
import { readEnvironment } from '../read-environment.js';
import { say } from '../say.js';

export interface CommandContext {
  environment: Environment;
  /** The database to work on. */
  url: string;
  /** @returns the names of the migrations that were run */
  migrateDatabase(): Promise<string[]>;
  say(line: string): void;
}

/** Runs a command of the terminal against the database of the settings. Status 1 and a message when it fails. */
export async function runCommand(command: (context: CommandContext) => Promise<void>): Promise<void> {
  try {
    const environment = readEnvironment();
    // Background jobs are for the processes that stay.
    environment.WORKER = 'none';
    const database = await openDatabase(environment, say);
    try {
      const migrateDatabase = () => migrate({ ...databaseOptions(database.url), log: say });
      await command({ environment, url: database.url, migrateDatabase, say });
    } finally {
      await database.stop();
    }
  } catch (error) {
    process.stderr.write(`${redactText(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = 1;
  }
}
