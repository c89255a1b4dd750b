import { type Middleware, UnavailableProblem } from '@gatehouse/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';

const RETRY_SECONDS = 5;

/** Requests that may be open at the same time: their answers take memory until they are read. */
export const openLimits = { perClient: 600, total: 4_000 };

/** Bounds the requests that are not answered to the end yet, of one client address and in all. */
export class OpenRequests implements Middleware {
  private readonly clients = new Map<string, number>();
  private total = 0;

  before({ gate, url }: FastifyRequest, reply: FastifyReply): void {
    // Whoever watches the process is to hear that it lives.
    if (url.startsWith('/health/')) return;
    const client = clientAddress(gate.address);
    const count = this.clients.get(client) ?? 0;
    if (count >= openLimits.perClient || this.total >= openLimits.total) {
      throw new UnavailableProblem('Too many requests are open', RETRY_SECONDS);
    }
    this.clients.set(client, count + 1);
    this.total++;
    reply.raw.once('close', () => this.leave(client));
  }

  private leave(client: string): void {
    const left = this.clients.get(client)! - 1;
    if (left > 0) this.clients.set(client, left);
    else this.clients.delete(client);
    this.total--;
  }
}
