import type { DataSource } from 'typeorm';

/** Every table's number of rows and a digest of what is in them: two that are equal mean that nothing was written. */
export async function rowFingerprint(dataSource: DataSource): Promise<Record<string, string>> {
  const tables = await dataSource.query<{ tablename: string }[]>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const digests = tables.map(async ({ tablename }) => {
    const [{ digest }] = await dataSource.query(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS digest
       FROM "${tablename}" t`,
    );
    return [tablename, digest] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}
