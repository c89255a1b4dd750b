import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Middleware } from './middleware.js';

/**
 * Starts a request when the previous ones on its connection are answered. A client that pipelines many takes up no
 * more resources than one that waits for each response; when it disconnects, the remaining ones are never started.
 */
export class InTurnMiddleware implements Middleware {
  private readonly waiting: (() => void)[] = [];

  before(_request: FastifyRequest, { raw }: FastifyReply): Promise<void> | undefined {
    // Responses are sent in the order of the requests: Node assigns the socket to a response when it is its turn.
    if (raw.socket) return undefined;
    return new Promise((resolve) => raw.once('socket', () => this.begin(resolve)));
  }

  /** Starts one request per turn of the event loop, so that requests of other clients run in between. */
  private begin(request: () => void): void {
    this.waiting.push(request);
    if (this.waiting.length === 1) setImmediate(() => this.next());
  }

  private next(): void {
    this.waiting.shift()!();
    if (this.waiting.length > 0) setImmediate(() => this.next());
  }
}
