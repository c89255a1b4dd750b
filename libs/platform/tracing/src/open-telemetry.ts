import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { getRPCMetadata, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { idsOf } from './ids-of.js';
import { withoutSecrets } from './redact-span.js';
import { StageContextManager, StageSpans } from './stage-spans.js';
import type { RequestTrace, TraceIds } from './tracing.js';

const STOP_MS = 1_000;

/** Requests of probes and of Prometheus, which come every few seconds. */
const UNTRACED = /^\/(health|metrics)\b/;

/** Spans leave the process without secrets. */
class SafeSpanProcessor extends BatchSpanProcessor {
  override onEnd(...[span]: Parameters<BatchSpanProcessor['onEnd']>): void {
    super.onEnd(withoutSecrets(span));
  }
}

/**
 * OpenTelemetry of this process: spans for requests, statements and Redis commands by the instrumentations, for the
 * stages of the gate and for jobs by the application. Only work that belongs to a request or job is traced.
 */
export class OpenTelemetry {
  private readonly provider: TracerProvider;
  private readonly tracer;

  constructor(service: string) {
    this.provider = new TracerProvider({
      resource: defaultResource()
        .merge(resourceFromAttributes({ 'service.name': service }))
        .merge(detectResources({ detectors: [envDetector] })),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampledRatio()) }),
      spanProcessors: [new SafeSpanProcessor({ exporter: new OTLPTraceExporter() })],
    });
    trace.setGlobalTracerProvider(this.provider);
    context.setGlobalContextManager(new StageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    registerInstrumentations({
      instrumentations: [
        new HttpInstrumentation({
          ignoreIncomingRequestHook: ({ url }) => UNTRACED.test(url ?? ''),
          requireParentforOutgoingSpans: true,
        }),
        new PgInstrumentation({ requireParentSpan: true }),
        new RedisInstrumentation({ requireParentSpan: true }),
      ],
    });
    this.tracer = trace.getTracer('gatehouse');
  }

  traceRequest(
    response: ServerResponse,
    route: string | undefined,
    address: string,
  ): RequestTrace | undefined {
    const request = getRPCMetadata(context.active());
    if (!request?.span.isRecording()) return undefined;
    // The instrumentation names the span by it.
    request.route = route;
    // Without this, whatever a client claims in X-Forwarded-For.
    request.span.setAttribute('client.address', address);
    return new StageSpans(this.tracer, request, response);
  }

  inSpan<T>(
    name: string,
    attributes: Record<string, string | number>,
    run: (ids?: TraceIds) => Promise<T>,
  ): Promise<T> {
    return this.tracer.startActiveSpan(
      name,
      { kind: SpanKind.CONSUMER, attributes, root: true },
      ROOT_CONTEXT,
      async (span) => {
        try {
          return await run(idsOf(span));
        } catch (error) {
          span.recordException(error as Error);
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      },
    );
  }

  async stop(): Promise<void> {
    const sent = this.provider.shutdown().catch(() => undefined);
    await Promise.race([sent, sleep(STOP_MS, undefined, { ref: false })]);
  }
}

/** The share of requests that are traced, unless the caller has decided. */
function sampledRatio(): number {
  const { OTEL_TRACES_SAMPLER_ARG } = process.env;
  return OTEL_TRACES_SAMPLER_ARG ? Number(OTEL_TRACES_SAMPLER_ARG) : 1;
}
