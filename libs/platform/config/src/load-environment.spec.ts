import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, loadEnvironment } from './load-environment.js';

const secret = 'k3W9vQ2xL7mZp4RtY8sBn6HcJ1dFgA5u';
const webhookSecret = 'q7RkV2nXc9LwYb4JtHf6ZmDs3GpUaEo8';
const secrets = { JWT_SECRET: secret, PAYMENT_WEBHOOK_SECRET: webhookSecret };

describe('loadEnvironment', () => {
  it('has a default for everything in development', () => {
    expect(loadEnvironment({})).toMatchObject({
      PORT: 3000,
      EDGE_LIMIT: 1000,
      THROTTLE_LIMIT: 300,
      serverTiming: true,
    });
  });

  it('converts numbers, booleans and lists, and treats an empty variable as not set', () => {
    const environment = loadEnvironment({
      PORT: '8080',
      THROTTLE_DISABLED: 'true',
      ALLOWED_ORIGINS: 'https://a.example, https://b.example',
      DATABASE_URL: '',
    });
    expect(environment).toMatchObject({ PORT: 8080, THROTTLE_DISABLED: true });
    expect(environment.ALLOWED_ORIGINS).toEqual(['https://a.example', 'https://b.example']);
    expect(environment.DATABASE_URL).toBeUndefined();
  });

  it('names everything that is wrong in one message', () => {
    const load = () => loadEnvironment({ PORT: 'eighty', DATABASE_URL: 'mysql://x', TRUST_PROXY: 'true' });
    expect(load).toThrow(EnvironmentError);
    expect(load).toThrow(/PORT[\s\S]*DATABASE_URL|DATABASE_URL[\s\S]*PORT/);
    expect(load).toThrow(/TRUST_PROXY/);
  });

  it.each([
    ['no secret', {}],
    ['a short secret', { JWT_SECRET: 'k3W9vQ2x' }],
    ['a well-known secret', { JWT_SECRET: 'please-change-me-please-change-me-please' }],
    ['one repeated character', { JWT_SECRET: 'x'.repeat(64) }],
    ['a few repeated characters', { JWT_SECRET: 'aBc1-'.repeat(10) }],
    [
      'a public key as secret',
      { JWT_SECRET: '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQ' },
    ],
  ])('refuses production with %s', (_, variables) => {
    expect(() => loadEnvironment({ NODE_ENV: 'production', ...variables })).toThrow(/JWT_SECRET/);
  });

  it.each(['Passw0rd', 'MyP@ssword9', 'Changeme1', 'Qwerty123', 'A1b1A1b1A1', 'Aa123456'])(
    'refuses the well-known password %s',
    (password) => {
      const variables = { NODE_ENV: 'production', ...secrets, ADMIN_PASSWORD: password };
      expect(() => loadEnvironment(variables)).toThrow('ADMIN_PASSWORD must not be a well-known password');
    },
  );

  it('refuses to send mails without knowing where their links lead', () => {
    const mails = { NODE_ENV: 'production', JWT_SECRET: secret, MAIL_URL: 'smtp://mail' };
    expect(() => loadEnvironment(mails)).toThrow(/PUBLIC_URL/);
    expect(() => loadEnvironment({ ...mails, PUBLIC_URL: 'https://api.example' })).not.toThrow();
    expect(() => loadEnvironment({ ...mails, NODE_ENV: 'development' })).not.toThrow();
  });

  it('refuses load-test and development settings in production', () => {
    const production = { NODE_ENV: 'production', ...secrets };
    expect(() => loadEnvironment(production)).not.toThrow();
    expect(() => loadEnvironment({ ...production, THROTTLE_DISABLED: 'true' })).toThrow(/THROTTLE_DISABLED/);
    expect(() => loadEnvironment({ ...production, DEVELOPMENT_DATA: 'true' })).toThrow(/DEVELOPMENT_DATA/);
  });
});

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
    loadEnvironment({ NODE_ENV: 'production', ...secrets, ...variables });

  it('are read with their line breaks, however these are written', () => {
    const escaped = privatePem.replaceAll('\n', '\\n');
    const environment = load({
      JWT_ALGORITHM: 'ES256',
      JWT_PRIVATE_KEY: escaped,
      JWT_PREVIOUS_SECRETS: ` ${secret.toUpperCase()} , ${secret.toLowerCase()}`,
      JWT_PREVIOUS_PUBLIC_KEYS: `${publicPem}${publicPem.replaceAll('\n', '\\n')}`,
    });
    expect(environment.JWT_PRIVATE_KEY).toBe(privatePem.trim());
    expect(environment.JWT_PREVIOUS_SECRETS).toEqual([secret.toUpperCase(), secret.toLowerCase()]);
    expect(environment.JWT_PREVIOUS_PUBLIC_KEYS.map((key) => key.trim())).toEqual(
      Array(2).fill(publicPem.trim()),
    );
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['an algorithm without its key', { JWT_ALGORITHM: 'ES256' }, /JWT_PRIVATE_KEY must be set/],
    ['a key without its algorithm', { JWT_PRIVATE_KEY: privatePem }, /JWT_PRIVATE_KEY is of no use/],
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

describe('docs/configuration.md', () => {
  it('names every variable', () => {
    const docs = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
    const source = readFileSync(new URL('./environment.ts', import.meta.url), 'utf8');
    const variables = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+)\??[:= ]/gm)].map(([, name]) => name!);
    expect(variables.length).toBeGreaterThan(20);
    expect(variables.filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the settings of payments', () => {
  const production = { NODE_ENV: 'production', JWT_SECRET: secret };
  const stripe = { PAYMENT_PROVIDER: 'stripe', PAYMENT_WEBHOOK_SECRET: webhookSecret };

  it('are the sandbox, which in production must be asked for', () => {
    expect(loadEnvironment({}).paymentProvider).toBe('sandbox');
    expect(loadEnvironment({ NODE_ENV: 'test', ...secrets }).paymentProvider).toBe('sandbox');
    expect(loadEnvironment({ NODE_ENV: 'production', ...secrets }).paymentProvider).toBeUndefined();
    const demonstration = { NODE_ENV: 'production', ...secrets, PAYMENT_PROVIDER: 'sandbox' };
    expect(loadEnvironment(demonstration).paymentProvider).toBe('sandbox');
  });

  it('take no payments outside development without a secret', () => {
    for (const NODE_ENV of ['test', 'production'])
      expect(loadEnvironment({ ...production, NODE_ENV }).paymentProvider).toBeUndefined();
  });

  it.each([
    ['a provider and no secret', { PAYMENT_PROVIDER: 'sandbox' }],
    ['a short secret', { PAYMENT_WEBHOOK_SECRET: 'q7RkV2nX' }],
    ['the secret of development', { PAYMENT_WEBHOOK_SECRET: loadEnvironment({}).PAYMENT_WEBHOOK_SECRET }],
  ])('are refused outside development with %s', (_, variables) => {
    for (const NODE_ENV of ['test', 'production'])
      expect(() => loadEnvironment({ ...production, NODE_ENV, ...variables })).toThrow(
        /- PAYMENT_WEBHOOK_SECRET/,
      );
  });

  it('need a key and a secret for Stripe, in development too', () => {
    const STRIPE_API_KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';
    expect(loadEnvironment({ ...stripe, STRIPE_API_KEY }).paymentProvider).toBe('stripe');
    expect(() => loadEnvironment(stripe)).toThrow(/STRIPE_API_KEY must be set/);
    expect(() => loadEnvironment({ ...stripe, STRIPE_API_KEY: 'pk_live_1' })).toThrow(/STRIPE_API_KEY/);
    expect(() => loadEnvironment({ PAYMENT_PROVIDER: 'stripe', STRIPE_API_KEY })).toThrow(
      /PAYMENT_WEBHOOK_SECRET must be set/,
    );
    expect(() => loadEnvironment({ PAYMENT_PROVIDER: 'cash' })).toThrow(/PAYMENT_PROVIDER/);
  });
});
