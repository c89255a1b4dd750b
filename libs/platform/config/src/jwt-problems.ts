import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Environment } from './environment.js';
import { isWeakSecret, STRONG } from './weak-secret.js';

const PRIVATE =
  'must be a private key on the curve P-256: try "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"';
const PUBLIC = 'must be public keys on the curve P-256, in PEM format';

/**
 * What is wrong with the keys of access tokens.
 *
 * @param secretIsGiven whether `JWT_SECRET` is set, and not the default of development
 */
export function jwtProblems(environment: Environment, secretIsGiven: boolean): string[] {
  return [
    ...secretProblems(environment, secretIsGiven),
    ...privateKeyProblems(environment),
    ...publicKeyProblems(environment),
  ];
}

function secretProblems(environment: Environment, isGiven: boolean): string[] {
  if (environment.isDevelopment) return [];
  const { JWT_SECRET, JWT_PREVIOUS_SECRETS } = environment;
  const problems: string[] = [];
  if (!isGiven) problems.push('JWT_SECRET must be set outside development');
  else if (isWeakSecret(JWT_SECRET)) problems.push(`JWT_SECRET ${STRONG}`);
  if (JWT_PREVIOUS_SECRETS.some(isWeakSecret)) problems.push(`JWT_PREVIOUS_SECRETS: each ${STRONG}`);
  return problems;
}

function privateKeyProblems({ JWT_ALGORITHM, JWT_PRIVATE_KEY }: Environment): string[] {
  if (JWT_ALGORITHM !== 'ES256') {
    return JWT_PRIVATE_KEY === undefined
      ? []
      : ['JWT_PRIVATE_KEY is of no use with JWT_ALGORITHM HS256: set ES256'];
  }
  if (JWT_PRIVATE_KEY === undefined) return ['JWT_PRIVATE_KEY must be set with JWT_ALGORITHM ES256'];
  return isOnP256(() => createPrivateKey(JWT_PRIVATE_KEY)) ? [] : [`JWT_PRIVATE_KEY ${PRIVATE}`];
}

function publicKeyProblems({ JWT_PREVIOUS_PUBLIC_KEYS }: Environment): string[] {
  const areGood = JWT_PREVIOUS_PUBLIC_KEYS.every(
    // Node would take a private key for its public one; it has no business here.
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
