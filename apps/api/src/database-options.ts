import type { DatabaseOptions } from '@gatehouse/database';
import { jobsMigrations } from '@gatehouse/jobs';
import { declarationsOf } from '@gatehouse/modules';
import { features } from './features.js';

/** Entities and migrations of the jobs and all features, for the application, its commands and its tests. */
export function databaseOptions(url: string, poolSize?: number): DatabaseOptions {
  const declarations = declarationsOf(features);
  return {
    url,
    poolSize,
    entities: declarations.flatMap(({ entities }) => [...(entities ?? [])]),
    migrations: [...jobsMigrations, ...declarations.flatMap(({ migrations }) => [...(migrations ?? [])])],
  };
}
