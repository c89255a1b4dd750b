import type { DataSource } from 'typeorm';

/** A row of the table `t`, as text. */
const row = `(to_jsonb(t) - 'last_used_at')::text`;

/**
 * Every table's number of rows and a digest of what is in them: two that are equal mean that nothing was written, but
 * perhaps when a log-in or a key was last used.
 */
export async function rowFingerprint(dataSource: DataSource): Promise<Record<string, string>> {
  const tables = await dataSource.query<{ tablename: string }[]>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const digests = tables.map(async ({ tablename }) => {
    const [{ digest }] = await dataSource.query(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(${row}, E'\\n' ORDER BY ${row})), '') AS digest
       FROM "${tablename}" t`,
    );
    return [tablename, digest] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}
