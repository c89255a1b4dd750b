import type { Environment } from '@gatehouse/config';
import { type Middleware, UnavailableProblem } from '@gatehouse/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';
import { loadTestLimit } from './load-test-limit.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Marks a response that stays open while the client listens; its creator limits the number of them. */
    eventStream?: boolean;
  }
}

const RETRY_SECONDS = 5;

/** Maximum number of concurrently open requests, since responses occupy memory until they are read. */
const PER_CLIENT = 600;
const TOTAL = 4_000;

/** Limits the number of requests without a complete response, per client address and in total. */
export class OpenRequests implements Middleware {
  private readonly clients = new Map<string, number>();
  private total = 0;
  private readonly perClient: number;

  constructor(environment: Environment) {
    this.perClient = loadTestLimit(PER_CLIENT, environment);
  }

  before({ gate, url, routeOptions }: FastifyRequest, reply: FastifyReply): void {
    // Health checks must always get an answer.
    if (url.startsWith('/health/') || routeOptions.config.eventStream) return;
    const client = clientAddress(gate.address);
    const count = this.clients.get(client) ?? 0;
    if (count >= this.perClient || this.total >= TOTAL) {
      throw new UnavailableProblem('Too many requests are open', RETRY_SECONDS);
    }
    this.clients.set(client, count + 1);
    this.total++;
    reply.raw.on('close', () => this.leave(client));
  }

  private leave(client: string): void {
    const left = this.clients.get(client)! - 1;
    if (left > 0) this.clients.set(client, left);
    else this.clients.delete(client);
    this.total--;
  }
}
