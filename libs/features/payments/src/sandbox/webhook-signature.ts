import { createHmac, timingSafeEqual } from 'node:crypto';

/** Allowed seconds for clock difference and transport; an older signature may be a replay. */
const TOLERANCE_SECONDS = 300;

const MAX_HEADER_LENGTH = 2_000;
const SECONDS = /^\d{1,12}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Signs the body of a webhook: `t=<Unix seconds>,v1=<hex>` with HMAC-SHA256 of `<Unix seconds>.<body>`, as in
 * Stripe's documentation, "Verify webhook signatures manually".
 * @param at time of signing, in milliseconds
 */
export function signWebhook(body: string | Buffer, secret: string, at = Date.now()): string {
  const seconds = String(Math.floor(at / 1000));
  return `t=${seconds},v1=${digestOf(seconds, body, secret).toString('hex')}`;
}

/**
 * Whether a body was signed with the secret within five minutes. Of several `v1` values one must match: a provider
 * signs with two secrets while it rotates them.
 */
export function isSignedWebhook(
  header: string | string[] | undefined,
  body: Buffer,
  secret: string,
  now = Date.now(),
): boolean {
  if (typeof header !== 'string' || header.length > MAX_HEADER_LENGTH) return false;
  const parts = header.split(',').map((part) => part.trim());
  const [seconds, ...others] = valuesOf(parts, 't');
  if (seconds === undefined || others.length > 0 || !SECONDS.test(seconds)) return false;
  if (Math.abs(now / 1000 - Number(seconds)) > TOLERANCE_SECONDS) return false;
  const expected = digestOf(seconds, body, secret);
  return valuesOf(parts, 'v1').some(
    (digest) => DIGEST.test(digest) && timingSafeEqual(Buffer.from(digest, 'hex'), expected),
  );
}

function valuesOf(parts: readonly string[], name: string): string[] {
  return parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
}

function digestOf(seconds: string, body: string | Buffer, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
