import { isSecretName } from '@gatehouse/text';

/** Shorter values, and those of letters alone, also occur as ordinary words; paths are those of `tokenUrl`. */
const LOOKS_SECRET = /^(?!\/)(?=.*\d)(?=.*[a-z]).{8,}$/is;

const used = new Set<string>();

/** Remembers the secrets in what a spec sends or receives: fields, headers and cookies with a secret's name. */
export function noteSecrets(value: unknown, name = ''): void {
  if (typeof value === 'string') {
    if (!isSecretName(name)) return;
    const secrets = /cookie/i.test(name)
      ? [...value.matchAll(/(?:^|;\s*)[^=;]+=([^;]*)/g)]
          .slice(0, /^set/i.test(name) ? 1 : undefined)
          .map(([, each]) => each!)
      : [value.replace(/^(?:bearer|basic)\s+/i, '')];
    for (const secret of secrets) if (LOOKS_SECRET.test(secret)) used.add(secret);
  } else if (Array.isArray(value)) {
    for (const item of value) noteSecrets(item, name);
  } else if (typeof value === 'object' && value !== null) {
    const entries =
      value instanceof Headers || value instanceof URLSearchParams ? value : Object.entries(value);
    for (const [key, field] of entries) noteSecrets(field, key);
  }
}

/**
 * Searches a log for every secret that the specs of this process have used so far.
 * @throws when one is in it, with its line
 */
export function expectNoSecrets(lines: readonly string[]): void {
  const log = lines.join('');
  const leaked = [...used].filter((secret) => log.includes(secret));
  if (leaked.length === 0) return;
  const line = lines.find((text) => text.includes(leaked[0]!));
  throw new Error(`The log contains ${leaked.length} secrets, such as ${leaked[0]} in ${line}`);
}
