import 'reflect-metadata';
import { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { FeatureRegistry, runFactories } from '@gatehouse/modules';
import { migrate } from '@gatehouse/database';
import { createLogger } from '@gatehouse/observability';
import { createApp } from '../create-app.js';
import { runCommand } from './run-command.js';

/** `npm run db:seed`: creates missing development data. Not allowed in production. */
await runCommand(async ({ environment, database, say }) => {
  if (environment.isProduction) throw new Error('Development data is not allowed in production');
  await migrate(database);
  const app = await createApp(environment, database.url, createLogger('error'));
  await runFactories(app.get(FeatureRegistry).declarations, app.get(DataSource), app.get(ModuleRef), say);
  await app.close();
  say('The development data is complete.');
});
