import { EnvironmentError } from '@gatehouse/config';
import { NoDatabaseError } from '@gatehouse/database';
import { EmbeddedPostgresError } from '@gatehouse/embedded-postgres';
import { redactText } from '@gatehouse/text';

/** What went wrong, in words for the person at the terminal: one line where the cause is known, and no secret. */
export function explain(error: unknown): string {
  return redactText(causeOf(error));
}

function causeOf(error: unknown): string {
  if (isExpected(error)) return error.message;
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken: stop the process that has it, or set PORT to another one.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Errors whose message is sufficient without a stack trace. */
function isExpected(error: unknown): error is Error {
  return [EnvironmentError, EmbeddedPostgresError, NoDatabaseError].some((type) => error instanceof type);
}
