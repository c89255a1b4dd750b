import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** The `pg` pool of a data source, which TypeORM keeps in a private property of its driver. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}
