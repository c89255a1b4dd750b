import type { Arrival } from './client-address.js';
import type { RequestTrace } from '@gatehouse/tracing';
import type { Principal } from './principal.js';

/**
 * State of one request. It is stored only on the request object, so that two requests can never see each other's
 * state.
 */
export class RequestContext {
  /** Milliseconds of the monotonic clock at arrival. */
  readonly startedAt = performance.now();

  /** IP address of the client in canonical spelling. */
  readonly address: string;

  /** Protocol and host that the client used. */
  readonly protocol: 'http' | 'https';
  readonly host: string;

  /** The caller, once the authentication stage has run; `undefined` for an anonymous caller. */
  principal: Principal | undefined = undefined;

  /** The path for log lines, once computed. */
  loggedPath: string | undefined = undefined;

  /** The trace of the request, when it is traced. */
  trace: RequestTrace | undefined = undefined;

  private readonly stages: string[] | undefined;
  private lastMark = this.startedAt;

  /**
   * @param id id of the request, in every log line and in `X-Request-Id`
   * @param arrival behind trusted proxies, the arrival at the first of them
   * @param measureStages whether to record the time of each stage for `Server-Timing`
   */
  constructor(
    readonly id: string,
    { address, protocol, host }: Arrival = { address: '', protocol: 'http', host: '' },
    measureStages = false,
  ) {
    this.address = address;
    this.protocol = protocol;
    this.host = host;
    this.stages = measureStages ? [] : undefined;
  }

  /**
   * Records the end of a stage; its time counts from the previous mark.
   * @param refused whether the stage has refused the request
   */
  mark(stage: string, refused = false): void {
    this.trace?.endStage(stage, refused);
    if (!this.stages) return;
    const now = performance.now();
    this.stages.push(`${stage};dur=${(now - this.lastMark).toFixed(3)}`);
    this.lastMark = now;
  }

  /** Value of the `Server-Timing` header, `undefined` when stages are not measured. */
  get serverTiming(): string | undefined {
    return this.stages?.join(', ');
  }

  /** Seconds since the request arrived. */
  get seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the first middleware, before anything else handles the request. */
    gate: RequestContext;
  }
}
