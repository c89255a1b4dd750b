export { DatabaseClient } from './database-client.js';
export { advisoryLock, takeLock } from './advisory-lock.js';
export { createDataSource } from './data-source.js';
export type { DatabaseOptions, Migration } from './data-source.js';
export { DatabaseModule } from './database.module.js';
export { migrate, migrationStatus, revertMigration } from './migrate.js';
export type { MigrateOptions } from './migrate.js';
export { SnakeCaseNamingStrategy } from './naming-strategy.js';
export { NoDatabaseError } from './no-database.error.js';
export {
  checkViolation,
  foreignKeyViolation,
  isRolledBack,
  isSerializationFailure,
  notNullViolation,
  onDuplicate,
  onMissing,
  uniqueViolation,
} from './postgres-errors.js';
export { poolOf } from './pool-of.js';
export { transactAtOnce } from './transact-at-once.js';
export type { Statement } from './transact-at-once.js';
