import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, loadEnvironment } from './load-environment.js';

const secret = 'k3W9vQ2xL7mZp4RtY8sBn6HcJ1dFgA5u';

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
  ])('refuses production with %s', (_, variables) => {
    expect(() => loadEnvironment({ NODE_ENV: 'production', ...variables })).toThrow(/JWT_SECRET/);
  });

  it.each(['Passw0rd', 'MyP@ssword9', 'Changeme1'])('refuses the well-known password %s', (password) => {
    const variables = { NODE_ENV: 'production', JWT_SECRET: secret, ADMIN_PASSWORD: password };
    expect(() => loadEnvironment(variables)).toThrow('ADMIN_PASSWORD must not be a well-known password');
  });

  it('refuses load-test and development settings in production', () => {
    const production = { NODE_ENV: 'production', JWT_SECRET: secret };
    expect(() => loadEnvironment(production)).not.toThrow();
    expect(() => loadEnvironment({ ...production, THROTTLE_DISABLED: 'true' })).toThrow(/THROTTLE_DISABLED/);
    expect(() => loadEnvironment({ ...production, DEVELOPMENT_DATA: 'true' })).toThrow(/DEVELOPMENT_DATA/);
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
