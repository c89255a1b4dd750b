import { isSecretName, REDACTED, redactText } from '@gatehouse/text';

const MAX_DEPTH = 6;
const MAX_ITEMS = 100;

/** Returns a copy in which every field with a secret's name, at any depth, and every secret in a text is redacted. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  if (value instanceof Map || value instanceof Set) return redact([...value], depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1);
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ITEMS)
      .map(([name, field]) => [name, isSecretName(name) ? REDACTED : redact(field, depth + 1)]),
  );
}

/**
 * Fields of an error that are logged: an allow-list, because drivers attach whole queries with their parameters
 * (including password hashes) to their errors.
 */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as Error & { code?: unknown };
  return {
    type: error.name,
    message: redactText(error.message),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    stack: redactText(error.stack ?? ''),
    ...(error.cause !== undefined && depth < MAX_DEPTH && { cause: redact(error.cause, depth + 1) }),
    ...(error instanceof AggregateError &&
      depth < MAX_DEPTH && { errors: error.errors.slice(0, 10).map((inner) => redact(inner, depth + 1)) }),
  };
}
