import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from './problem.js';
import { sendProblem } from './send-problem.js';
import { toProblem } from './to-problem.js';

/** Thrown by a stage that has answered the request itself, so that nothing after it runs. Not an error. */
class Answered extends Error {}

/** The one instance: making an error, with its stack, for each answer would cost more than the answer. */
export const answered: Error = new Answered('The request has been answered');

/** Answers any thrown error with a problem document, unless the request has already been answered. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    if (error === answered) return;
    const http = host.switchToHttp();
    sendProblem(this.problemOf(error), http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Override it to add members that clients of some routes expect. */
  protected problemOf(error: unknown): Problem {
    return toProblem(error);
  }
}
