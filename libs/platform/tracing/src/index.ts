export {
  inSpan,
  type RequestTrace,
  startTracing,
  stopTracing,
  type TraceIds,
  traceRequest,
} from './tracing.js';
