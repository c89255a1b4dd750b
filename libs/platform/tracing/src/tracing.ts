import type { ServerResponse } from 'node:http';
import type { OpenTelemetry } from './open-telemetry.js';

/** Ids of a trace in log lines, under OpenTelemetry's names. */
export interface TraceIds {
  trace_id: string;
  span_id: string;
}

/** The trace of one request. */
export interface RequestTrace {
  readonly ids: TraceIds;
  /**
   * Ends the span of a stage and begins the one of the next.
   * @param refused whether the stage has refused the request
   */
  endStage(stage: string, refused: boolean): void;
}

let started: OpenTelemetry | undefined;

/**
 * Loads and starts OpenTelemetry if the environment names an endpoint (`OTEL_EXPORTER_OTLP_ENDPOINT`); otherwise
 * nothing is loaded. Call it before the application is imported, since modules are instrumented while they load.
 * @param service name of the service, unless `OTEL_SERVICE_NAME` is set
 */
export async function startTracing(service: string): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED } = process.env;
  if (!OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || OTEL_SDK_DISABLED === 'true') return;
  const { OpenTelemetry } = await import('./open-telemetry.js');
  started = new OpenTelemetry(service);
}

/** Sends the spans that have ended; gives up after a second. */
export async function stopTracing(): Promise<void> {
  await started?.stop();
}

/**
 * Begins to trace the stages of the current request.
 * @param route pattern of its path, `undefined` when no route matches
 * @param address address of the client
 * @returns `undefined` when the request is not traced
 */
export function traceRequest(
  response: ServerResponse,
  route: string | undefined,
  address: string,
): RequestTrace | undefined {
  return started?.traceRequest(response, route, address);
}

/**
 * Runs background work as a trace of its own.
 * @param name name of the kind of work, not of this piece of it
 * @param run receives the ids of the trace; `undefined` when the work is not traced
 */
export function inSpan<T>(
  name: string,
  attributes: Record<string, string | number>,
  run: (ids?: TraceIds) => Promise<T>,
): Promise<T> {
  return started ? started.inSpan(name, attributes, run) : run();
}
