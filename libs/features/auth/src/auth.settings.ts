import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsArray, IsIn, IsOptional, IsString } from 'class-validator';
import { type CheckedSettings, type Environment, Int, isWeakSecret, List, STRONG } from '@gatehouse/config';

const PRIVATE =
  'must be a private key on the curve P-256: try "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"';
const PUBLIC = 'must be public keys on the curve P-256, in PEM format';

const fromPem = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? value.replaceAll('\\n', '\n').trim() : value;

const fromPems = (params: TransformFnParams): unknown => {
  const text = fromPem(params);
  return typeof text === 'string' ? text.split(/(?=-----BEGIN )/) : text;
};

/** Lifetimes of sessions, signing of tokens, and limits for password attempts. */
export class AuthSettings implements CheckedSettings {
  /** Algorithm of access tokens: `HS256` with `JWT_SECRET`, `ES256` with `JWT_PRIVATE_KEY`. */
  @IsIn(['HS256', 'ES256'])
  JWT_ALGORITHM: 'HS256' | 'ES256' = 'HS256';

  /**
   * A private key on the curve P-256, in PEM format; `\
   * ` means a line break.
   */
  @IsOptional()
  @Transform(fromPem)
  @IsString()
  JWT_PRIVATE_KEY?: string;

  /** Former values of `JWT_SECRET`, comma separated: tokens signed with them are valid until they expire. */
  @List()
  JWT_PREVIOUS_SECRETS: string[] = [];

  /** Public keys of former values of `JWT_PRIVATE_KEY`, concatenated in PEM format. */
  @Transform(fromPems)
  @IsArray()
  JWT_PREVIOUS_PUBLIC_KEYS: string[] = [];

  /** Lifetime of an access token in seconds. */
  @Int(10, 86_400)
  ACCESS_TOKEN_TTL_SECONDS = 900;

  /** Lifetime of an unused session, and of its last refresh token, in days. */
  @Int(1, 365)
  REFRESH_TOKEN_TTL_DAYS = 30;

  /** Maximum lifetime of a session in days, regardless of use. */
  @Int(1, 3650)
  SESSION_MAX_DAYS = 90;

  /**
   * Milliseconds by which the response to a refresh is delayed. Requests with the same refresh token that arrive in
   * the meantime, e.g. from two tabs that wake up together, get the same response; later ones count as theft.
   */
  @Int(0, 10_000)
  REFRESH_GRACE_MS = 100;

  /** Failed log-ins per window to one account from one address; ten times as many per account or address alone. */
  @Int(1, 1_000_000)
  LOGIN_ATTEMPTS = 10;

  /** Length of the window of `LOGIN_ATTEMPTS`, and of a lock. */
  @Int(1, 86_400)
  LOGIN_WINDOW_SECONDS = 300;

  problems({ isDevelopment }: Environment): string[] {
    const hasWeak = !isDevelopment && this.JWT_PREVIOUS_SECRETS.some(isWeakSecret);
    return [
      ...(hasWeak ? [`JWT_PREVIOUS_SECRETS: each ${STRONG}`] : []),
      ...privateKeyProblems(this),
      ...publicKeyProblems(this),
    ];
  }
}

function privateKeyProblems({ JWT_ALGORITHM, JWT_PRIVATE_KEY }: AuthSettings): string[] {
  if (JWT_ALGORITHM !== 'ES256') {
    return JWT_PRIVATE_KEY === undefined
      ? []
      : ['JWT_PRIVATE_KEY is not used with JWT_ALGORITHM HS256: set ES256'];
  }
  if (JWT_PRIVATE_KEY === undefined) return ['JWT_PRIVATE_KEY must be set with JWT_ALGORITHM ES256'];
  return isOnP256(() => createPrivateKey(JWT_PRIVATE_KEY)) ? [] : [`JWT_PRIVATE_KEY ${PRIVATE}`];
}

function publicKeyProblems({ JWT_PREVIOUS_PUBLIC_KEYS }: AuthSettings): string[] {
  const areGood = JWT_PREVIOUS_PUBLIC_KEYS.every(
    // Node would accept a private key as a public one, but a private key must not be in this setting.
    (pem) => !pem.includes('PRIVATE') && isOnP256(() => createPublicKey(pem)),
  );
  return areGood ? [] : [`JWT_PREVIOUS_PUBLIC_KEYS ${PUBLIC}`];
}

function isOnP256(read: () => KeyObject): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = read();
    return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
