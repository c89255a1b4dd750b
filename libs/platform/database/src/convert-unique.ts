import type { QueryRunner } from 'typeorm';

/** The column of a table with `id`s whose values must be unique. */
export interface UniqueText {
  table: string;
  /** The column that is read. */
  from: string;
  /** The column that is written, perhaps the same. */
  to: string;
  /** The unique index on it, which is made. */
  index: string;
  /** The column within whose values it is unique, when that is not the whole table. */
  within?: string;
}

/**
 * Brings a column into a form that only JavaScript knows, e.g. NFKC with the case folded, and makes its unique index.
 * For migrations.
 *
 * @throws when two rows come out the same: which one is to change is nothing that a migration can know
 */
export async function convertUnique(
  queryRunner: QueryRunner,
  { table, from, to, index, within }: UniqueText,
  convert: (text: string) => string,
): Promise<void> {
  const rows: { id: string; old: string }[] = await queryRunner.query(
    `SELECT id, ${from} AS old FROM ${table}`,
  );
  const changed = rows.filter(({ old }) => from !== to || convert(old) !== old);
  await queryRunner.query(
    `UPDATE ${table} SET ${to} = new.text
    FROM unnest($1::uuid[], $2::text[]) AS new (id, text) WHERE ${table}.id = new.id`,
    [changed.map(({ id }) => id), changed.map(({ old }) => convert(old))],
  );
  const columns = within ? `${within}, ${to}` : to;
  const same: { ids: string }[] = await queryRunner.query(
    `SELECT string_agg(id::text, ' and ') AS ids FROM ${table} GROUP BY ${columns} HAVING count(*) > 1 LIMIT 10`,
  );
  if (same.length > 0) {
    const pairs = same.map(({ ids }) => ids).join('; ');
    throw new Error(
      `In ${table}, ${from} must be unique whatever its Unicode form or case, and is not for ${pairs}. ` +
        'Change or delete one of them, then migrate again.',
    );
  }
  await queryRunner.query(`CREATE UNIQUE INDEX ${index} ON ${table} (${columns})`);
}
