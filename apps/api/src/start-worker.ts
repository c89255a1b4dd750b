import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { type Environment, EnvironmentError } from '@gatehouse/config';
import { migrate } from '@gatehouse/database';
import {
  createLogger,
  Draining,
  exitOnFatalErrors,
  GracefulShutdown,
  PinoLogger,
  RequestObserver,
} from '@gatehouse/observability';
import { stopTracing } from '@gatehouse/tracing';
import { AppModule } from './app.module.js';
import { databaseOptions } from './database-options.js';
import { explain } from './explain.js';
import { features } from './features.js';
import { readEnvironment } from './read-environment.js';
import { say } from './say.js';

/** Starts a process that works background jobs and serves no requests. */
async function start(environment: Environment): Promise<void> {
  const { DATABASE_URL: url } = environment;
  if (!url)
    throw new EnvironmentError(['DATABASE_URL must be set: the embedded database belongs to the API']);
  environment.WORKER = 'inside';
  await migrate({ ...databaseOptions(url), log: say });
  const logger = createLogger(environment.LOG_LEVEL);
  exitOnFatalErrors(logger);
  const app = await NestFactory.createApplicationContext(
    AppModule.forRoot(environment, url, logger, features),
    {
      logger: new PinoLogger(logger),
      abortOnError: false,
    },
  );
  new GracefulShutdown({
    app: { close: () => app.close().then(stopTracing) },
    draining: app.get(Draining),
    requests: app.get(RequestObserver),
    logger,
    graceSeconds: environment.SHUTDOWN_GRACE_SECONDS,
  }).listen();
  say('Gatehouse works jobs');
}

try {
  await start(readEnvironment());
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
