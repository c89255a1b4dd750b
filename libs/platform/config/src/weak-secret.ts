/** Error for a weak secret, after its name. */
export const STRONG = 'must be at least 32 random characters: try "openssl rand -base64 48"';

const MIN_SECRET_LENGTH = 32;
const MIN_SECRET_CHARACTERS = 8;
const MIN_PASSWORD_CHARACTERS = 5;
const WELL_KNOWN =
  /secret|change|example|p[a@]ssw[o0]rd|development|test|default|placeholder|qwerty|123456|-----BEGIN|(.)\1{7}/i;

/** Whether a key for HS256 is guessable: it is short, well-known, or repeats a few characters. */
export function isWeakSecret(secret: string): boolean {
  return (
    secret.length < MIN_SECRET_LENGTH ||
    WELL_KNOWN.test(secret) ||
    new Set(secret).size < MIN_SECRET_CHARACTERS
  );
}

/** Whether a password is among the most common ones. */
export function isWeakPassword(password: string): boolean {
  return WELL_KNOWN.test(password) || new Set(password.toLowerCase()).size < MIN_PASSWORD_CHARACTERS;
}
