import type { DataSource } from 'typeorm';

/** Number of rows and digest of the table `t`. */
const DIGEST = `count(*) || ' ' || coalesce(sum(hashtextextended((to_jsonb(t) - 'last_used_at')::text, 0)), 0)`;

/**
 * Returns the number of rows and a digest of every table. Equal results mean that nothing was written, except perhaps
 * the times at which sessions or keys were last used.
 */
export async function rowFingerprint(dataSource: DataSource): Promise<Record<string, string>> {
  const tables = await dataSource.query<{ tablename: string }[]>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const columns = tables.map(({ tablename }) => `(SELECT ${DIGEST} FROM "${tablename}" t) AS "${tablename}"`);
  const [digests] = await dataSource.query(`SELECT ${columns.join(', ')}`);
  return digests;
}
