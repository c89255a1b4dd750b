import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Middleware } from './middleware.js';

/**
 * Begins with a request when those before it on its connection are answered. A client that sends many at once takes up
 * no more than one that waits for each answer; when it leaves, the others are never begun.
 */
export class InTurnMiddleware implements Middleware {
  private readonly waiting: (() => void)[] = [];

  before(_request: FastifyRequest, { raw }: FastifyReply): Promise<void> | undefined {
    // Answers leave in the order of the requests: Node gives a response its socket when it is its turn.
    if (raw.socket) return undefined;
    return new Promise((resolve) => raw.once('socket', () => this.begin(resolve)));
  }

  /** One in each turn of the event loop: whoever does not pipeline comes between them. */
  private begin(request: () => void): void {
    this.waiting.push(request);
    if (this.waiting.length === 1) setImmediate(() => this.next());
  }

  private next(): void {
    this.waiting.shift()!();
    if (this.waiting.length > 0) setImmediate(() => this.next());
  }
}
