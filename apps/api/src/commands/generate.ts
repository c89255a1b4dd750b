import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { migrate } from '@gatehouse/database';
import { features } from '../features.js';
import { generateMigrations } from './generate-migrations.js';
import { runCommand } from './run-command.js';

const WORKSPACE = fileURLToPath(new URL('../../../..', import.meta.url));

/** `npm run db:generate -- NAME`: migrates, and writes a migration for each feature whose entities have changed. */
await runCommand(async ({ database, say }) => {
  const [, , name = ''] = process.argv;
  if (!/^[a-z\d]+(-[a-z\d]+)*$/.test(name))
    throw new Error('Name the change, e.g.: npm run db:generate -- add-subtitle-to-books');
  await migrate(database);
  const written = await generateMigrations({ name, database, features, workspace: WORKSPACE });
  for (const file of written) say(`Written: ${file}`);
  if (written.length === 0) say('Nothing has changed: the tables match the entities.');
});
