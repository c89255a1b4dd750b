import 'reflect-metadata';
import { createDataSource, migrate } from '@gatehouse/database';
import { JOBS_SCHEMA } from '@gatehouse/jobs';
import { runCommand } from './run-command.js';

/** `npm run db:reset`: drops everything in the database and recreates the tables. Not allowed in production. */
await runCommand(async ({ environment, database, say }) => {
  if (environment.isProduction) throw new Error('A reset is not allowed in production');
  const dataSource = await createDataSource({ url: database.url }).initialize();
  await dataSource.query(
    `DROP SCHEMA IF EXISTS ${JOBS_SCHEMA} CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public`,
  );
  await dataSource.destroy();
  await migrate(database);
  say('The database is empty and up to date. The next start in development fills it again.');
});
