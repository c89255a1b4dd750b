import { createHash, timingSafeEqual } from 'node:crypto';
import { compile } from '@fastify/proxy-addr';
import { Controller, Get, Header, Injectable, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { CredentialScheme } from '@gatehouse/authentication';
import { Environment } from '@gatehouse/config';
import { Endpoint } from '@gatehouse/gate';
import { type Principal, UnauthenticatedProblem } from '@gatehouse/http';
import { Metrics } from '@gatehouse/observability';

const READER: Principal = { id: 'metrics', username: 'metrics', role: 'metrics', can: () => false };

/** Headers that proxies add. A forwarded request is never internal, whatever the proxy's address. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

const isPrivate = compile(['loopback', 'linklocal', 'uniquelocal']);
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Decides who may read the metrics: the bearer of `METRICS_TOKEN` or, without one, private addresses. */
@Injectable()
export class MetricsReaders implements CredentialScheme {
  readonly security = {
    metricsToken: {
      type: 'http',
      scheme: 'bearer',
      description:
        'The `METRICS_TOKEN` of the server. Without one, loopback and private addresses need no token.',
    },
  } as const;

  constructor(private readonly environment: Environment) {}

  authenticate({ gate, headers }: FastifyRequest): Principal | undefined {
    const { METRICS_TOKEN } = this.environment;
    if (METRICS_TOKEN === undefined) {
      return isPrivate(gate.address, 0) && !FORWARDED.some((name) => name in headers) ? READER : undefined;
    }
    if (headers.authorization === undefined) return undefined;
    const token = /^bearer +(.*)$/i.exec(headers.authorization)?.[1] ?? '';
    if (timingSafeEqual(digest(token), digest(METRICS_TOKEN))) return READER;
    throw new UnauthenticatedProblem('Invalid authentication credentials', 'Bearer error="invalid_token"');
  }
}

@ApiTags('Operations')
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Endpoint({
    summary: 'Metrics of this process in the Prometheus text format',
    description: 'With `METRICS_TOKEN`, for its bearer; otherwise, for loopback and private addresses.',
    auth: MetricsReaders,
    throttle: false,
    produces: ['text/plain'],
  })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Get()
  render() {
    return this.metrics.render();
  }
}
