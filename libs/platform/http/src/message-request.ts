import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Arrival } from './client-address.js';
import { RequestContext } from './request-context.js';

/** What the messages of a connection have in common with the request that opened it. */
export interface MessageOrigin extends Arrival {
  server: FastifyInstance;
  /** Path of the request that opened the connection. */
  path: string;
}

/**
 * A message of a WebSocket with the parts of a request that the stages of the gate read, so that the same guards
 * handle both. Its method counts as unsafe: a session cookie has to prove its origin.
 */
export class MessageRequest {
  readonly method = 'MESSAGE';
  readonly gate: RequestContext;
  readonly server: FastifyInstance;
  readonly protocol: string;
  readonly host: string;
  readonly url: string;
  readonly originalUrl: string;
  readonly raw: { headers: IncomingHttpHeaders; rawHeaders: readonly string[] };
  readonly params = {};
  readonly query = {};
  readonly routeOptions = { config: {} };

  /**
   * @param id in log lines and problem documents
   * @param headers credentials of the connection, and the headers by which the schemes judge them
   * @param refuse answers the message with the problem document of an error
   * @param rawHeaders as Node received them, to find repeated ones
   */
  constructor(
    readonly id: string,
    origin: MessageOrigin,
    readonly headers: IncomingHttpHeaders,
    readonly refuse: (error: unknown) => void,
    rawHeaders: readonly string[] = [],
  ) {
    this.gate = new RequestContext(id, origin);
    this.server = origin.server;
    this.protocol = origin.protocol;
    this.host = origin.host;
    this.url = this.originalUrl = origin.path;
    this.raw = { headers, rawHeaders };
  }
}
