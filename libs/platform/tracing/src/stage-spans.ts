import type { ServerResponse } from 'node:http';
import { type Context, context, type Span, trace, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { getRPCMetadata, type RPCMetadata } from '@opentelemetry/core';
import { idsOf } from './ids-of.js';
import type { RequestTrace, TraceIds } from './tracing.js';

/** What follows a stage that is the last one to be reported. */
const REST = { validation: 'handler' } as Record<string, string | undefined>;

/** The span of the stage that a request is in. */
const current = new WeakMap<RPCMetadata, Span>();

/** Makes the stage of the request the parent of the spans that start in it: the context itself does not change. */
export class StageContextManager extends AsyncLocalStorageContextManager {
  override active(): Context {
    const active = super.active();
    const request = getRPCMetadata(active);
    const stage = request && trace.getSpan(active) === request.span ? current.get(request) : undefined;
    return stage ? trace.setSpan(active, stage) : active;
  }
}

/**
 * The stages of one request as children of its span. A stage reports its end, so its span begins where the previous
 * one ended, and receives its name at the end; the rest of the request is the handler's, or the response.
 */
export class StageSpans implements RequestTrace {
  readonly ids: TraceIds;
  private readonly parent: Context;
  private stage: Span;

  constructor(
    private readonly tracer: Tracer,
    private readonly request: RPCMetadata,
    response: ServerResponse,
  ) {
    this.ids = idsOf(request.span);
    this.parent = trace.setSpan(context.active(), request.span);
    this.stage = this.begin('middlewares');
    response.once('close', () => this.end());
  }

  endStage(name: string, refused: boolean): void {
    this.stage.updateName(name);
    if (refused) this.stage.setAttribute('gate.refused', true);
    this.stage.end();
    this.stage = this.begin((!refused && REST[name]) || 'response');
  }

  private begin(name: string): Span {
    const stage = this.tracer.startSpan(name, {}, this.parent);
    current.set(this.request, stage);
    return stage;
  }

  private end(): void {
    current.delete(this.request);
    this.stage.end();
  }
}
