import { HttpException } from '@nestjs/common';
import { Problem, UnavailableProblem } from './problem.js';
import { ProblemSlug, problemTypes } from './problem-types.js';

const RETRY_SECONDS = 5;

/**
 * Codes with which PostgreSQL and its sockets report temporary failures: SQLSTATE classes 08, 53 and 57P, a statement
 * that took too long (57014), a transaction that was idle for too long (25P03) or repeatedly lost a conflict (40001,
 * 40P01), and a read-only server such as a standby (25006).
 */
const AWAY =
  /^(08...|25006|25P03|40001|40P01|53...|57014|57P0[1-5]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
/** Includes TypeORM's message for a transaction whose connection was lost between two statements. */
const AWAY_MESSAGE =
  /timeout exceeded when trying to connect|Connection terminated|is not queryable|Cannot use a pool after|query runner (was )?already released/i;

/** Slugs by bare status, for errors of Nest and Fastify that are not problems yet. */
const slugOfStatus = new Map<number, ProblemSlug>(
  (Object.keys(problemTypes) as ProblemSlug[]).toReversed().map((slug) => [problemTypes[slug].status, slug]),
);

/** Router errors; the original messages repeat the URL, however long it is. */
const DETAILS: Record<string, { slug: ProblemSlug; detail: string }> = {
  FST_ERR_BAD_URL: { slug: 'malformed-request', detail: 'The path is not valid percent-encoded UTF-8' },
  FST_ERR_MAX_PARAM_LENGTH: { slug: 'uri-too-long', detail: 'A part of the path is too long' },
};

/** Converts an error to the problem for the client. An unexpected error becomes a 500 without details. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isAway(error)) {
    return new UnavailableProblem('The service is temporarily unavailable', RETRY_SECONDS, error);
  }
  const status = statusOf(error);
  const told = DETAILS[String((error as { code?: unknown } | null)?.code)];
  if (told) return new Problem(told.slug, told.detail, { cause: error });
  if (status === 404) return new Problem('not-found', 'Not found', { cause: error });
  const slug = status < 500 ? slugOfStatus.get(status) : undefined;
  if (!slug) return new Problem('internal', 'An unexpected error occurred', { cause: error });
  return new Problem(slug, (error as Error).message, { cause: error });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  // Only the framework's own client errors are shown to the client: any other error may contain secrets.
  return typeof statusCode === 'number' && String(code).startsWith('FST_') ? statusCode : 500;
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, driverError } = error as Error & { code?: unknown; driverError?: { code?: unknown } };
  return AWAY.test(String(driverError?.code ?? code)) || AWAY_MESSAGE.test(error.message);
}
