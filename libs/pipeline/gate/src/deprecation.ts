import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Middleware } from '@gatehouse/http';

/** Announces that a route will go. Days are as in `2027-01-31`, in UTC. */
export interface Deprecation {
  /** Day since which clients should not use the route. */
  since: string;
  /** Day from which on the route may be gone; not before `since`. */
  sunset: string;
  /** Path of the route that replaces it, with the same parameters: `/api/v2/books/:id`. */
  successor?: string;
}

/** @throws {Error} when a day does not exist, or they are in the wrong order */
export function checkDeprecation(deprecation: Deprecation): Deprecation {
  const { since, sunset } = deprecation;
  const wrong = [since, sunset].find((day) => !isDay(day));
  if (wrong !== undefined)
    throw new Error(`A deprecation needs days such as 2027-01-31, and "${wrong}" is none`);
  if (sunset < since) throw new Error(`A sunset must not be before the deprecation, as ${sunset} is`);
  return deprecation;
}

function isDay(text: string): boolean {
  const time = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text)
  );
}

/**
 * Sets `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and, with a successor, its `Link` (RFC 5829) on every response of
 * a route.
 */
export class DeprecationMiddleware implements Middleware {
  private readonly since: string;
  private readonly sunset: string;

  constructor(private readonly deprecation: Deprecation) {
    this.since = `@${Date.parse(deprecation.since) / 1000}`;
    this.sunset = new Date(deprecation.sunset).toUTCString();
  }

  after({ params }: FastifyRequest, reply: FastifyReply): void {
    const { successor } = this.deprecation;
    reply.header('deprecation', this.since).header('sunset', this.sunset);
    if (!successor) return;
    const target = successor.replace(/:(\w+)/g, (_, name: string) =>
      encodeURIComponent(String((params as Record<string, unknown>)[name])),
    );
    const links = [reply.getHeader('link'), `<${target}>; rel="successor-version"`];
    reply.header('link', links.filter(Boolean).join(', '));
  }
}
