import type { Socket } from 'node:net';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, RawServerDefault } from 'fastify';
import type { Environment } from '@gatehouse/config';
import {
  CorsMiddleware,
  requestId,
  rewriteUnversioned,
  sendClientError,
  sendRouterError,
} from '@gatehouse/http';
import { type Logger, PinoLogger } from '@gatehouse/observability';
import { opensSocket } from '@gatehouse/sockets';
import { skipQueryParsing } from '@gatehouse/validation';
import { AppModule } from './app.module.js';
import { configureApp } from './configure-app.js';
import { features } from './features.js';

const MAX_PARAM_LENGTH = 1000;

/**
 * Builds the application, ready to listen, for `main.ts` and for tests.
 * @param databaseUrl a migrated database
 * @param modules its features; tests add some of their own
 */
export async function createApp(
  environment: Environment,
  databaseUrl: string,
  logger: Logger,
  modules: readonly Type<unknown>[] = features,
): Promise<NestFastifyApplication> {
  const { ALLOWED_ORIGINS, isDevelopment } = environment;
  const cors = new CorsMiddleware(ALLOWED_ORIGINS, isDevelopment && ALLOWED_ORIGINS.length === 0);
  const options: FastifyHttpOptions<RawServerDefault> & { skipMiddie: boolean } = {
    // The gate has its own middlewares; Express middlewares, which middie would enable, cost a fifth of the speed.
    skipMiddie: true,
    genReqId: requestId,
    rewriteUrl: rewriteUnversioned,
    trustProxy: environment.TRUST_PROXY.length > 0 ? environment.TRUST_PROXY : false,
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: MAX_PARAM_LENGTH,
      querystringParser: skipQueryParsing,
    },
    // The draining middleware answers with a problem document instead.
    return503OnClosing: false,
    // Otherwise closing waits for unused connections, some of which browsers open in advance.
    forceCloseConnections: true,
    frameworkErrors: sendRouterError,
    clientErrorHandler: (error, socket) => sendClientError(error, socket as Socket, cors),
    // The gate itself refuses a request without a Host, with a problem document.
    http: { requireHostHeader: false, shouldUpgradeCallback: opensSocket },
  };
  const adapter = new FastifyAdapter(options);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(environment, databaseUrl, logger, modules),
    adapter,
    { bodyParser: false, logger: new PinoLogger(logger), abortOnError: false },
  );
  return configureApp(app, environment, logger, cors);
}
