import { applyDecorators, Catch, Header, UseFilters } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type FieldError, type Problem, ProblemFilter, toProblem } from '@gatehouse/http';
import { RouteFlag } from '../auth.decorators.js';

const mark = new RouteFlag();

/** Adds the fields of OAuth 2 errors: `error` and `error_description` (RFC 6749, section 5.2). */
@Catch()
class TokenProblemFilter extends ProblemFilter {
  protected override problemOf(error: unknown): Problem {
    const problem = toProblem(error);
    const { errors = [] } = problem;
    // Another flow has other fields: an unsupported `grant_type` explains all other errors.
    const reported = errors.find(({ path }) => path === 'grant_type') ?? errors[0];
    const code = errorCodeOf(problem, reported);
    // Quotes, backslashes and non-ASCII characters are not allowed there.
    const error_description = (reported?.message ?? problem.detail).replace(/[^ !#-[\]-~]/g, "'");
    if (code) problem.extensions = { error: code, error_description };
    return problem;
  }
}

function errorCodeOf(problem: Problem, reported?: FieldError): string | undefined {
  const status = problem.getStatus();
  if (status >= 500) return undefined;
  if (status === 401) return 'invalid_grant';
  return reported?.path === 'grant_type' ? 'unsupported_grant_type' : 'invalid_request';
}

/**
 * Marks an OAuth 2 token endpoint (RFC 6749, section 3.2). `Authorization: Basic` contains the id and secret of the
 * client application there (section 2.3.1), says nothing about the user, and is ignored.
 */
export function TokenEndpoint(): MethodDecorator {
  return applyDecorators(
    mark.decorator(),
    Header('Cache-Control', 'no-store'),
    UseFilters(TokenProblemFilter),
  );
}

export function acceptsClientCredentials(request: FastifyRequest): boolean {
  return mark.isOn(request);
}
