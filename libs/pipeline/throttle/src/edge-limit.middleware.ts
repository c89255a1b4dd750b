import { Environment } from '@gatehouse/config';
import { minutes } from '@nestjs/throttler';
import type { Middleware } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';
import { loadTestLimit } from './load-test-limit.js';
import { RateLimitProblem } from './rate-limit.problem.js';
import { type ThrottleStorage, toSeconds } from './throttle-storage.js';
import type { ThrottleVerdict } from './throttle-window.js';

const WINDOW_MS = minutes(1);

/**
 * The coarse limit per client address, applied first. It also counts what the throttle never sees, such as failed
 * log-ins and unknown paths. Sets headers on its own 429 only.
 */
export class EdgeLimit implements Middleware {
  private readonly limit: number;

  constructor(
    private readonly storage: ThrottleStorage,
    environment: Environment,
  ) {
    this.limit = loadTestLimit(environment.EDGE_LIMIT, environment);
  }

  before(request: FastifyRequest): void | Promise<void> {
    const verdict = this.storage.hit(`edge:${clientAddress(request.gate.address)}`, this.limit, WINDOW_MS);
    if (verdict instanceof Promise) return verdict.then((known) => this.check(known));
    this.check(verdict);
  }

  private check({ passed, resetMs }: ThrottleVerdict): void {
    if (!passed) throw new RateLimitProblem(this.limit, WINDOW_MS, toSeconds(resetMs), 'edge');
  }
}
