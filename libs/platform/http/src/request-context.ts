import type { Arrival } from './client-address.js';
import type { Principal } from './principal.js';

/**
 * What is known of one request. It lives on the request object and nowhere else, so that two requests
 * can never see each other's state.
 */
export class RequestContext {
  /** Milliseconds of the monotonic clock at arrival. */
  readonly startedAt = performance.now();

  /** IP address of the client, always spelt in the same way. */
  readonly address: string;

  /** What the client speaks, and the host that it asked for. */
  readonly protocol: 'http' | 'https';
  readonly host: string;

  /** Who is calling, once the authentication stage has run. `undefined` is an anonymous caller. */
  principal: Principal | undefined = undefined;

  /** The path as log lines show it, once it was asked for. */
  loggedPath: string | undefined = undefined;

  private readonly stages: string[] | undefined;
  private lastMark = this.startedAt;

  /**
   * @param id the request's id, in every log line and in `X-Request-Id`
   * @param arrival behind trusted proxies that at the first of them
   * @param measureStages whether to keep each stage's time for `Server-Timing`
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

  /** Notes that a stage has just ended; its time is that since the mark before it. */
  mark(stage: string): void {
    if (!this.stages) return;
    const now = performance.now();
    this.stages.push(`${stage};dur=${(now - this.lastMark).toFixed(3)}`);
    this.lastMark = now;
  }

  /** Value of the `Server-Timing` header, or `undefined` when stages are not measured. */
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
    /** Set by the first middleware, before anything else sees the request. */
    gate: RequestContext;
  }
}
