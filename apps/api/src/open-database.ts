import type { Environment } from '@gatehouse/config';
import { startEmbeddedPostgres } from '@gatehouse/embedded-postgres';

/** Returns the database of the settings, or starts the embedded one. */
export async function openDatabase(
  environment: Environment,
  say: (line: string) => void,
): Promise<{ url: string; stop(): Promise<void> }> {
  if (environment.DATABASE_URL) return { url: environment.DATABASE_URL, stop: async () => undefined };
  return startEmbeddedPostgres({ dataDir: environment.DATA_DIR, log: say });
}
