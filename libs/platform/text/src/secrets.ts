/** Replaces a secret in a log line. */
export const REDACTED = '[redacted]';

/** Maximum number of characters that are searched and kept, which bounds the length of a line and its search. */
const MAX_LENGTH = 8_000;
/** Characters searched beyond the limit, for a secret that spans it. */
const MARGIN = 1_000;
/** Shorter values also occur as ordinary words. */
const MIN_VALUE_LENGTH = 6;

const SECRET_NAME =
  /pass(word|wd|phrase)|secret|token|authorization|cookie|credential|signature|^(key|pw|pwd|jwt|otp)$|(api|private|access|signing)[-_]?key|[-_]key$/i;

/** One cheap test before the replacements: most strings contain no secret. */
const SUSPECT =
  /eyJ|bearer|basic|:\/\/[^/\s]*@|\$argon2|(?:pass|secret|token|key|authorization|cookie|signature)[^\s]{0,20}[=:]/i;

/** Standard formats, and fields whose name says that they are secret. */
const STANDARD: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/(?<!\w)(bearer|basic)(\s|%20)+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  // Except the placeholder in a description of the format.
  [/(:\/\/[^/\s:@]*):(?!password@)[^/\s@]+@/g, `$1:${REDACTED}@`],
  [/\$argon2[\w$=,+/.-]+/g, REDACTED],
  [
    /((?:pass(?:word|wd)?|secret|token|key|authorization|cookie|signature)["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s&,;"'}\])]+)/gi,
    `$1${REDACTED}`,
  ],
];

/** Candidates for a JWT: parts joined by dots. The lookbehind makes each text scanned once. */
const DOTTED = /(?<![\w-])[\w-]{11,}(?:\.[\w-]*)+/g;
/** Letters, digits, `-`, `.`, `_` and `~`, percent-encoded: to a URL they are the same as the characters themselves (RFC 3986 2.3). */
const ENCODED_UNRESERVED = /%(?:2d|2e|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;
/** Start of a JWT inside a part, also after an escaped character of a URL. */
const TOKEN_START = /(?<=^[\da-f]{2}|^|[^a-z\d])eyJ[\w-]{8}/i;

const prefixes = new Set<string>();
/** Longest first, since one may be a prefix of another. */
let values: string[] = [];
let kinds: RegExp | undefined;

/**
 * Registers a kind of secret by its common prefix, for every log line and message of this process. Call it where the
 * secrets are issued or used.
 * @param prefix ends in `_`, e.g. `ghk_`; the rest consists of at least 12 letters, digits, `-` and `_`
 * @returns the prefix
 */
export function registerSecretKind<T extends string>(prefix: T): T {
  prefixes.add(prefix);
  kinds = new RegExp(`(?:${[...prefixes].join('|')})[\\w-]{12,}`, 'gi');
  return prefix;
}

/**
 * Registers the secret in a setting: its value when the name is that of a secret, otherwise the password of a URL.
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
  // The password of `postgres://postgres:postgres@…` is also a name, and is hidden in URLs only.
  return value.split(password).length > 2 ? [] : [password, decoded(password)];
}

const names = new Map<string, boolean>();

/**
 * Whether a field or setting of this name holds a secret. The result is remembered, since log lines have few field
 * names.
 */
export function isSecretName(name: string): boolean {
  let secret = names.get(name);
  if (secret === undefined) {
    secret = SECRET_NAME.test(name);
    if (names.size < 1000 && name.length < 100) names.set(name, secret);
  }
  return secret;
}

/** Removes secrets of all kinds from a text and truncates it to 8,000 characters, in linear time. */
export function redactText(text: string): string {
  let safe = text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH + MARGIN) : text;
  if (safe.includes('%')) safe = safe.replace(ENCODED_UNRESERVED, decodeURIComponent);
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
