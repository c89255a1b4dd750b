import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadEnvironment } from '@gatehouse/config';
import { AuthSettings } from './auth.settings.js';

const secret = 'k3W9vQ2xL7mZp4RtY8sBn6HcJ1dFgA5u';
const secrets = { DATABASE_URL: 'postgres://database/gatehouse', JWT_SECRET: secret };

describe('the keys of access tokens', () => {
  const pem = (type: 'ec' | 'rsa', options: object, part: 'privateKey' | 'publicKey') => {
    const pair = generateKeyPairSync(type as 'ec', options as { namedCurve: string });
    const format = { type: part === 'privateKey' ? 'pkcs8' : 'spki', format: 'pem' } as const;
    return pair[part].export(format as never) as unknown as string;
  };
  const p256 = { namedCurve: 'P-256' };
  const privatePem = pem('ec', p256, 'privateKey');
  const publicPem = pem('ec', p256, 'publicKey');
  const load = (variables: Record<string, string>) =>
    loadEnvironment({ NODE_ENV: 'production', ...secrets, ...variables }, [AuthSettings]).of(AuthSettings);

  it('are read with their line breaks, however these are written', () => {
    const escaped = privatePem.replaceAll('\n', '\\n');
    const settings = load({
      JWT_ALGORITHM: 'ES256',
      JWT_PRIVATE_KEY: escaped,
      JWT_PREVIOUS_SECRETS: ` ${secret.toUpperCase()} , ${secret.toLowerCase()}`,
      JWT_PREVIOUS_PUBLIC_KEYS: `${publicPem}${publicPem.replaceAll('\n', '\\n')}`,
    });
    expect(settings.JWT_PRIVATE_KEY).toBe(privatePem.trim());
    expect(settings.JWT_PREVIOUS_SECRETS).toEqual([secret.toUpperCase(), secret.toLowerCase()]);
    expect(settings.JWT_PREVIOUS_PUBLIC_KEYS.map((key) => key.trim())).toEqual(
      Array(2).fill(publicPem.trim()),
    );
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['an algorithm without its key', { JWT_ALGORITHM: 'ES256' }, /JWT_PRIVATE_KEY must be set/],
    ['a key without its algorithm', { JWT_PRIVATE_KEY: privatePem }, /JWT_PRIVATE_KEY is not used/],
    ['no algorithm', { JWT_ALGORITHM: 'none' }, /JWT_ALGORITHM must be one of/],
    ['another algorithm', { JWT_ALGORITHM: 'RS256' }, /JWT_ALGORITHM must be one of/],
    [
      'text that is no key',
      { JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY: 'key' },
      /JWT_PRIVATE_KEY must be a private/,
    ],
    [
      'a public key to sign with',
      { JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY: publicPem },
      /JWT_PRIVATE_KEY must be a private/,
    ],
    [
      'another curve',
      { JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY: pem('ec', { namedCurve: 'P-384' }, 'privateKey') },
      /JWT_PRIVATE_KEY must be a private key on the curve P-256/,
    ],
    [
      'an RSA key',
      { JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY: pem('rsa', { modulusLength: 2048 }, 'privateKey') },
      /JWT_PRIVATE_KEY must be a private key on the curve P-256/,
    ],
    ['a weak former secret', { JWT_PREVIOUS_SECRETS: `${secret},short` }, /JWT_PREVIOUS_SECRETS: each must/],
    [
      'a former key that is none',
      { JWT_PREVIOUS_PUBLIC_KEYS: 'key' },
      /JWT_PREVIOUS_PUBLIC_KEYS must be public/,
    ],
    [
      'a former key that is private',
      { JWT_PREVIOUS_PUBLIC_KEYS: privatePem },
      /JWT_PREVIOUS_PUBLIC_KEYS must be/,
    ],
    [
      'a former RSA key among good ones',
      { JWT_PREVIOUS_PUBLIC_KEYS: publicPem + pem('rsa', { modulusLength: 2048 }, 'publicKey') },
      /JWT_PREVIOUS_PUBLIC_KEYS must be/,
    ],
  ])('refuses %s, and shows no key', (_, variables, message) => {
    expect(() => load(variables)).toThrow(message);
    expect(() => load(variables)).not.toThrow(/BEGIN|MIG|MII/);
  });
});
