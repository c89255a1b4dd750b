import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from './problem.js';
import { problemTypes } from './problem-types.js';
import { toProblem } from './to-problem.js';

/** Called with each problem before it is sent; used by logs and metrics. */
export type ProblemListener = (problem: Problem, request: FastifyRequest) => void;

const listeners = new WeakMap<object, ProblemListener[]>();

/** Calls `listener` for every problem that `server` sends. */
export function onProblem(server: object, listener: ProblemListener): void {
  listeners.set(server, [...(listeners.get(server) ?? []), listener]);
}

/** Converts an error to the problem for the client, and tells the listeners of its server. */
export function reportProblem(error: unknown, request: FastifyRequest): Problem {
  const problem = toProblem(error);
  listeners.get(request.server)?.forEach((listener) => listener(problem, request));
  return problem;
}

/** Answers with the problem document of an error. Does nothing when a response is already in progress. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = reportProblem(error, request);
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  request.gate?.mark(problemTypes[problem.slug].stage, true);
  dropRepresentationHeaders(reply);
  void reply
    .header('cache-control', 'no-store')
    .code(problemTypes[problem.slug].status)
    .headers(problem.headers)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problem.toDocument(requestedPath(request), request.id));
}

/** Removes headers that a handler set for a body that is not sent. */
function dropRepresentationHeaders(reply: FastifyReply): void {
  for (const name of ['etag', 'content-length', 'content-encoding', 'last-modified', 'x-cache']) {
    reply.removeHeader(name);
  }
}

/** The path that the client requested, without its query and without a version added from a header. */
export function requestedPath({ originalUrl, url }: FastifyRequest): string {
  return pathOf(originalUrl.startsWith('/') ? originalUrl : url);
}

/** Returns the path of a request target, without its query. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** Whether the client is a browser rather than a program: `Accept` prefers HTML to JSON. */
export function prefersHtml({ headers: { accept = '' } }: FastifyRequest): boolean {
  const qualities = (pattern: RegExp): number[] =>
    accept
      .split(',')
      .filter((range) => pattern.test(range))
      .map((range) => Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1));
  return Math.max(0, ...qualities(/text\/html/i)) > Math.max(0, ...qualities(/[/+]json/i));
}
