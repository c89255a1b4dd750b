export { EmbeddedPostgresError } from './embedded-postgres.error.js';
export { startEmbeddedPostgres } from './embedded-postgres.js';
export type { EmbeddedPostgres } from './embedded-postgres.js';
