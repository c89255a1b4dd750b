/** What stands in a log line for a secret. */
const REDACTED = '[redacted]';

const SECRET_NAME =
  /pass(word|wd|phrase)|secret|token|authorization|cookie|credential|signature|^(key|pw|pwd|jwt|otp)$|(api|private|access|signing)[-_]?key|[-_]key$/i;

/** One cheap test before the replacements: most strings hold nothing of the kind. */
const SUSPECT =
  /eyJ|bearer|basic |:\/\/[^/\s]*@|\$argon2|(?:pass|secret|token|key|authorization|cookie|signature)[^\s]{0,20}[=:]/i;

const SECRETS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*/g, REDACTED],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [/(:\/\/[^/\s:@]*):[^/\s@]+@/g, `$1:${REDACTED}@`],
  [/\$argon2[\w$=,+/.-]+/g, REDACTED],
  [
    /((?:pass(?:word|wd)?|secret|token|key|authorization|cookie|signature)["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s&,;"'}\])]+)/gi,
    `$1${REDACTED}`,
  ],
];

const MAX_DEPTH = 6;
const MAX_ITEMS = 100;
const names = new Map<string, boolean>();

/** Whether a field of this name holds a secret. Remembers the answer: log lines have few field names. */
function isSecretName(name: string): boolean {
  let secret = names.get(name);
  if (secret === undefined) {
    secret = SECRET_NAME.test(name);
    if (names.size < 1000) names.set(name, secret);
  }
  return secret;
}

/** The text without tokens, passwords in URLs, password hashes and `secret=value` pairs. */
export function redactText(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return SECRETS.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);
}

/** A copy in which every field with a secret's name, at any depth, and every secret in a text is replaced. */
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
    Object.entries(value).map(([name, field]) => [
      name,
      isSecretName(name) ? REDACTED : redact(field, depth + 1),
    ]),
  );
}

/**
 * What a line tells of an error: an allow-list, because drivers hang whole queries with their parameters
 * (password hashes among them) on the errors that they throw.
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
