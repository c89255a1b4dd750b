/** What stands in a log line for a secret. */
export const REDACTED = '[redacted]';

/** Characters of a text that are searched and kept, so that no text makes a line or its search long. */
const MAX_LENGTH = 8_000;
/** Characters that are searched beyond, for the secret that the cut would go through. */
const MARGIN = 1_000;
/** Shorter values are also words of ordinary texts. */
const MIN_VALUE_LENGTH = 6;

const SECRET_NAME =
  /pass(word|wd|phrase)|secret|token|authorization|cookie|credential|signature|^(key|pw|pwd|jwt|otp)$|(api|private|access|signing)[-_]?key|[-_]key$/i;

/** One cheap test before the replacements: most strings hold nothing of the kind. */
const SUSPECT =
  /eyJ|bearer|basic|:\/\/[^/\s]*@|\$argon2|(?:pass|secret|token|key|authorization|cookie|signature)[^\s]{0,20}[=:]/i;

/** Of no feature: formats that standards fix, and what calls itself a secret. */
const STANDARD: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/(?<!\w)(bearer|basic)(\s|%20)+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [/(:\/\/[^/\s:@]*):[^/\s@]+@/g, `$1:${REDACTED}@`],
  [/\$argon2[\w$=,+/.-]+/g, REDACTED],
  [
    /((?:pass(?:word|wd)?|secret|token|key|authorization|cookie|signature)["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s&,;"'}\])]+)/gi,
    `$1${REDACTED}`,
  ],
];

/** What may be a JWT: parts that are joined by dots. It starts where nothing of it precedes, so each is read once. */
const DOTTED = /(?<![\w-])[\w-]{11,}(?:\.[\w-]*)+/g;
/** In a part of it, also after an escaped character of an address. */
const TOKEN_START = /(?<=^[\da-f]{2}|^|[^a-z\d])eyJ[\w-]{8}/i;

const prefixes = new Set<string>();
/** The longest first: one may begin another. */
let values: string[] = [];
let kinds: RegExp | undefined;

/**
 * Registers a kind of secret by the prefix that all of it have, for every log line and message of this process. Called
 * where the secrets are issued or used.
 *
 * @param prefix ends in `_`, e.g. `ghk_`; what follows is letters, digits, `-` and `_`
 * @returns the prefix
 */
export function registerSecretKind<T extends string>(prefix: T): T {
  prefixes.add(prefix);
  // An underscore may be escaped where it need not be.
  const alternatives = [...prefixes].map((each) => each.replaceAll('_', '(?:_|%5f)')).join('|');
  kinds = new RegExp(`(?<=^|[^a-z\\d]|%[\\da-f]{2})(?:${alternatives})[\\w-]{4,}`, 'gi');
  return prefix;
}

/**
 * Registers what is secret in a setting: its value when the name is that of a secret, else the password of an address.
 * Values of fewer than six characters are left out.
 */
export function registerSecretSetting(name: string, value: string): void {
  const found = secretsOf(name, value).filter(({ length }) => length >= MIN_VALUE_LENGTH);
  values = [...new Set([...values, ...found])].sort((a, b) => b.length - a.length);
}

function secretsOf(name: string, value: string): string[] {
  const [, password] = /:\/\/[^\s/?#:@]*:(\S+)@/.exec(value) ?? [];
  // A list, or the lines of a key.
  if (password === undefined) return isSecretName(name) ? value.split(/,|\n|\\n/) : [];
  // That of `postgres://postgres:postgres@…` is also a name, and hidden in addresses only.
  return value.split(password).length > 2 ? [] : [password, decoded(password)];
}

const names = new Map<string, boolean>();

/** Whether a field or a setting of this name holds a secret. Remembers the answer: log lines have few field names. */
export function isSecretName(name: string): boolean {
  let secret = names.get(name);
  if (secret === undefined) {
    secret = SECRET_NAME.test(name);
    if (names.size < 1000 && name.length < 100) names.set(name, secret);
  }
  return secret;
}

/** The text without secrets of any kind, cut at 8,000 characters. Takes time in proportion to what is kept. */
export function redactText(text: string): string {
  let safe = text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH + MARGIN) : text;
  for (const value of values) if (safe.includes(value)) safe = safe.replaceAll(value, REDACTED);
  if (kinds) safe = safe.replace(kinds, REDACTED);
  if (SUSPECT.test(safe)) {
    safe = safe.replace(DOTTED, withoutToken);
    for (const [pattern, by] of STANDARD) safe = safe.replace(pattern, by);
  }
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe;
}

function withoutToken(dotted: string): string {
  const parts = dotted.split('.');
  for (let i = 0; i < parts.length - 1; i++) {
    const start = parts[i]!.search(TOKEN_START);
    if (start >= 0) return [...parts.slice(0, i), parts[i]!.slice(0, start) + REDACTED].join('.');
  }
  return dotted;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
