import { RequestMethod, VersioningType } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { CredentialSchemes } from '@gatehouse/authentication';
import type { Environment } from '@gatehouse/config';
import { Messages, operationPolicies, RouteTable } from '@gatehouse/gate';
import {
  ApiVersionMiddleware,
  BasePathMiddleware,
  type CorsMiddleware,
  connectionLimits,
  guardConnections,
  HttpsRedirectMiddleware,
  InTurnMiddleware,
  MessageHeadMiddleware,
  RequestContextMiddleware,
  SecurityHeadersMiddleware,
  serveRepresentations,
  TrustedHostsMiddleware,
  useMiddlewares,
} from '@gatehouse/http';
import { describeFeature, FeatureRegistry } from '@gatehouse/modules';
import { MethodStage } from '@gatehouse/method';
import {
  DrainingMiddleware,
  type Logger,
  Metrics,
  observeProblems,
  RequestObserver,
} from '@gatehouse/observability';
import { buildDocument, registerDocumentation } from '@gatehouse/openapi';
import { SocketAdapter } from '@gatehouse/sockets';
import { clientAddress, EdgeLimit, loadTestLimit, OpenRequests, ThrottlePolicies } from '@gatehouse/throttle';
import { configureBodyParsing } from '@gatehouse/validation';
import { registerGauges } from './operations/gauges.js';
import { registerHealthChecks } from './operations/health-checks.js';
import { serveStatic } from './serve-static.js';

const VERSION = '0.1.0';
const DESCRIPTION = `Every request passes the same gate, in the same order: middlewares → method → authentication →
permissions → throttle → validation → cache → handler. What each operation says below about security, limits, cache
and errors is derived from the declaration that the gate itself works by.

Every error is a problem document (RFC 9457); its \`type\` is the address of a [page](/problems) with cause and remedy.
Log in with the Authorize button or send \`Authorization: Bearer …\`; programs send \`X-API-Key\`, browsers a cookie. Of
several kinds of credentials the first in this order counts.`;
const UNPREFIXED = ['health/live', 'health/ready', 'metrics'];

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of the application, once it is configured. */
    openApiDocument: OpenAPIObject;
  }
}

/** Puts the gate around the routes: middlewares, method stage, body parsing, versions, documentation. */
export async function configureApp(
  app: NestFastifyApplication,
  environment: Environment,
  logger: Logger,
  cors: CorsMiddleware,
): Promise<NestFastifyApplication> {
  const fastify = app.getHttpAdapter().getInstance();

  app.setGlobalPrefix('api', { exclude: UNPREFIXED.map((path) => ({ path, method: RequestMethod.ALL })) });
  app.enableVersioning({ type: VersioningType.URI });

  guardConnections(
    fastify.server,
    environment.TRUST_PROXY,
    clientAddress,
    loadTestLimit(connectionLimits.perAddress, environment),
  );
  const methods = new MethodStage(fastify);
  useMiddlewares(fastify, [
    new InTurnMiddleware(),
    new RequestContextMiddleware(environment.serverTiming, environment.TRUST_PROXY),
    app.get(RequestObserver),
    new SecurityHeadersMiddleware(),
    cors,
    app.get(DrainingMiddleware),
    new OpenRequests(environment),
    app.get(EdgeLimit),
    new MessageHeadMiddleware(),
    new TrustedHostsMiddleware(environment.ALLOWED_HOSTS),
    ...(environment.basePath ? [new BasePathMiddleware(environment.basePath)] : []),
    ...(environment.HTTPS_REDIRECT ? [new HttpsRedirectMiddleware(environment.basePath)] : []),
    new ApiVersionMiddleware(fastify),
    methods,
  ]);
  observeProblems(fastify, logger, app.get(Metrics));
  await configureBodyParsing(fastify);
  serveRepresentations(fastify);

  const routes = new RouteTable(fastify, app.get(ThrottlePolicies), app.get(Messages));
  registerHealthChecks(app);
  registerGauges(app);
  const document = once(() =>
    buildDocument(app, {
      version: VERSION,
      description: DESCRIPTION,
      base: environment.basePath,
      tags: tagsOf(app),
      policies: operationPolicies(routes, app.get(CredentialSchemes)),
      sources: app
        .get(FeatureRegistry)
        .declarations.flatMap(({ operations }) => (operations ? app.get(operations, { strict: false }) : [])),
    }),
  );
  registerDocumentation(fastify, document, environment.basePath);
  await serveStatic(fastify);
  fastify.decorate('routeTable', routes);
  fastify.decorate('openApiDocument', { getter: document });
  app.useWebSocketAdapter(new SocketAdapter(app, cors));
  await app.init();
  routes.checkSuccessors();
  methods.complete();
  await fastify.ready();
  return app;
}

function tagsOf(app: NestFastifyApplication): { name: string; description: string }[] {
  const { declarations, master } = app.get(FeatureRegistry);
  const tags = Map.groupBy(declarations, ({ tag }) => tag);
  return [
    ...[...tags].map(([name, features]) => ({
      name,
      description: features.map((feature) => describeFeature(feature, master)).join('\n\n'),
    })),
    { name: 'Operations', description: 'Health and metrics, for operators.' },
  ];
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
