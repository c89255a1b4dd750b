import type { Span } from '@opentelemetry/api';
import type { TraceIds } from './tracing.js';

/** @returns the ids of a span, in the form of log lines */
export function idsOf(span: Span): TraceIds {
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}
