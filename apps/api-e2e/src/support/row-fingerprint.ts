import type { DataSource } from 'typeorm';

/** Of the table `t`. */
const DIGEST = `count(*) || ' ' || coalesce(sum(hashtextextended((to_jsonb(t) - 'last_used_at')::text, 0)), 0)`;

/**
 * Every table's number of rows and a digest of what is in them: two that are equal mean that nothing was written, but
 * perhaps when a log-in or a key was last used.
 */
export async function rowFingerprint(dataSource: DataSource): Promise<Record<string, string>> {
  const tables = await dataSource.query<{ tablename: string }[]>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const columns = tables.map(({ tablename }) => `(SELECT ${DIGEST} FROM "${tablename}" t) AS "${tablename}"`);
  const [digests] = await dataSource.query(`SELECT ${columns.join(', ')}`);
  return digests;
}
