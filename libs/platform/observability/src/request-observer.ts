import type { Middleware } from '@gatehouse/http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Called when a request arrives and, exactly once, when its response is over. */
export interface RequestListener {
  started?(request: FastifyRequest): void;
  /**
   * @param status the status sent, or 499 when the client disconnected before
   * @param aborted whether the connection ended before the whole response was written
   */
  completed(request: FastifyRequest, reply: FastifyReply, status: number, aborted: boolean): void;
}

/** Status of a request whose client disconnected before the response (nginx's code; never sent). */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * Observes requests for the access log and the metrics. Install it right after the middleware that sets
 * `request.gate`. It listens for `close` on the response, the only event that occurs exactly once for answered,
 * streamed and aborted requests alike (Fastify's `onResponse` does not occur for aborted ones).
 */
export class RequestObserver implements Middleware {
  /** Number of requests whose response is not over. */
  inFlight = 0;

  constructor(private readonly listeners: readonly RequestListener[]) {}

  before(request: FastifyRequest, reply: FastifyReply): void {
    this.inFlight++;
    for (const listener of this.listeners) listener.started?.(request);
    reply.raw.on('close', () => this.complete(request, reply));
  }

  private complete(request: FastifyRequest, reply: FastifyReply): void {
    this.inFlight--;
    const { headersSent, statusCode, writableEnded } = reply.raw;
    const status = headersSent ? statusCode : CLIENT_CLOSED_REQUEST;
    for (const listener of this.listeners) listener.completed(request, reply, status, !writableEnded);
  }
}
