import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import type { Environment } from '@gatehouse/config';
import { migrate } from '@gatehouse/database';
import { FeatureRegistry, runFactories } from '@gatehouse/modules';
import {
  createLogger,
  Draining,
  exitOnFatalErrors,
  GracefulShutdown,
  RequestObserver,
} from '@gatehouse/observability';
import { stopTracing } from '@gatehouse/tracing';
import { createApp } from './create-app.js';
import { databaseOptions } from './database-options.js';
import { explain } from './explain.js';
import { openDatabase } from './open-database.js';
import { readEnvironment } from './read-environment.js';
import { say } from './say.js';
import { refuseTakenPort } from './refuse-taken-port.js';
import { StartSignals } from './start-signals.js';
import { welcome } from './welcome.js';

/** Milliseconds for the database to stop when the process must end immediately. */
const END_AT_ONCE_MS = 3_000;

let signals: StartSignals | undefined;

/** Starts the API: database, migrations, development data, server. Ends in the reverse order. */
async function start(environment: Environment): Promise<void> {
  await refuseTakenPort(environment);
  const opening = openDatabase(environment, say);
  signals = new StartSignals(opening);
  const database = await opening;
  try {
    await migrate({ ...databaseOptions(database.url), log: say });
    const logger = createLogger(environment.LOG_LEVEL);
    exitOnFatalErrors(logger);
    const app = await createApp(environment, database.url, logger);
    if (environment.developmentData) {
      await runFactories(app.get(FeatureRegistry).declarations, app.get(DataSource), app.get(ModuleRef), say);
    }
    await app.listen({ port: environment.PORT, host: environment.host });
    new GracefulShutdown({
      app: {
        async close() {
          await app.close();
          await stopTracing();
          await database.stop();
        },
      },
      draining: app.get(Draining),
      requests: app.get(RequestObserver),
      logger,
      graceSeconds: environment.SHUTDOWN_GRACE_SECONDS,
      exit: exitAfter(database),
    }).listen();
    signals.release();
    say(welcome(environment, await app.getUrl()));
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** Ends the process once, and only after the database has stopped, even when the shutdown is cut short. */
function exitAfter(database: { stop(): Promise<void> }): (status: number) => void {
  let ending: Promise<void> | undefined;
  return (status) =>
    void (ending ??= Promise.race([database.stop(), sleep(END_AT_ONCE_MS)]).finally(() =>
      process.exit(status),
    ));
}

try {
  await start(readEnvironment());
} catch (error) {
  if (signals?.interruptedWith === undefined) process.stderr.write(`${explain(error)}\n`);
  process.exit(signals?.interruptedWith ?? 1);
}
