import { IsOptional } from 'class-validator';
import { describe, expect, it } from 'vitest';
import type { Environment } from './environment.js';
import { EnvironmentError, loadEnvironment, misspeltSettings, settingNames } from './load-environment.js';
import { Int, Text } from './setting-rules.js';
import type { CheckedSettings } from './settings.js';

const secret = 'k3W9vQ2xL7mZp4RtY8sBn6HcJ1dFgA5u';
const DATABASE_URL = 'postgres://database/gatehouse';
const secrets = { DATABASE_URL, JWT_SECRET: secret };

describe('loadEnvironment', () => {
  it('has a default for everything in development', () => {
    expect(loadEnvironment({})).toMatchObject({
      PORT: 3000,
      EDGE_LIMIT: 1000,
      THROTTLE_LIMIT: 300,
      serverTiming: true,
    });
  });

  it('listens only on this computer in development, unless configured otherwise', () => {
    expect(loadEnvironment({}).host).toBe('127.0.0.1');
    expect(loadEnvironment({ HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
    for (const NODE_ENV of ['test', 'production'])
      expect(loadEnvironment({ NODE_ENV, ...secrets }).host).toBe('0.0.0.0');
    expect(loadEnvironment({ NODE_ENV: 'production', ...secrets, HOST: '127.0.0.1' }).host).toBe('127.0.0.1');
  });

  it.each([
    [undefined, 'http://localhost:3000', ''],
    ['https://a.example', 'https://a.example', ''],
    ['https://a.example/', 'https://a.example', ''],
    ['https://a.example/shop', 'https://a.example/shop', '/shop'],
    ['https://a.example:8443/a/b/', 'https://a.example:8443/a/b', '/a/b'],
    [`https://a.example/"'<`, 'https://a.example/%22%27%3C', '/%22%27%3C'],
    ['https://münchen.example/ü', 'https://xn--mnchen-3ya.example/%C3%BC', '/%C3%BC'],
    ['https://a.example:443/a/../b', 'https://a.example/b', '/b'],
  ])('PUBLIC_URL %s makes links begin with %s, and paths with %s', (PUBLIC_URL, publicUrl, basePath) => {
    expect(loadEnvironment({ PUBLIC_URL })).toMatchObject({ publicUrl, basePath });
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

  it('names all errors in one message', () => {
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

  it('refuses load-test and development settings in production', () => {
    const production = { NODE_ENV: 'production', ...secrets };
    expect(() => loadEnvironment(production)).not.toThrow();
    expect(() => loadEnvironment({ ...production, THROTTLE_DISABLED: 'true' })).toThrow(/THROTTLE_DISABLED/);
    expect(() => loadEnvironment({ ...production, DEVELOPMENT_DATA: 'true' })).toThrow(/DEVELOPMENT_DATA/);
  });
});

describe('a setting', () => {
  const problemsOf = (variables: Record<string, string>): string[] => {
    try {
      loadEnvironment(variables);
      return [];
    } catch (error) {
      return (error as EnvironmentError).problems;
    }
  };

  const names = [...settingNames([])];

  it('is whatever the class validates', () => {
    for (const name of ['DATABASE_URL', 'SERVER_TIMING', 'PORT']) expect(names).toContain(name);
    const given = Object.fromEntries(names.map((name) => [name, '?']));
    expect(problemsOf(given).length).toBeGreaterThan(15);
  });

  it('that is blank is not set, and blanks around a value are ignored', () => {
    const blank = Object.fromEntries(names.map((name) => [name, ' \t']));
    expect(loadEnvironment(blank)).toEqual(loadEnvironment({}));
    expect(loadEnvironment({ PORT: ' 81 ', LOG_LEVEL: 'warn\n', HTTPS_REDIRECT: ' true' })).toMatchObject({
      PORT: 81,
      LOG_LEVEL: 'warn',
      HTTPS_REDIRECT: true,
    });
  });

  it.each([
    ['PORT', ['abc', '0x50', '1e3', '80.0', '-1', '65536', '"3000"', '３０００', 'Infinity', '8O']],
    ['EDGE_LIMIT', ['0', '-5', '1.5', '99999999999999999999']],
    ['HTTPS_REDIRECT', ['yes', 'TRUE', '2', '"true"']],
    ['LOG_LEVEL', ['loud', 'INFO', '"info"']],
    ['HOST', ['http://x', 'a b', '127.0.0.1:80', '*']],
    [
      'DATABASE_URL',
      [
        'postgres',
        'mysql://h/d',
        'postgres://',
        '"postgres://h/d"',
        'postgres://h:port/d',
        'postgres://h/a/b',
      ],
    ],
    [
      'REDIS_URL',
      ['localhost:6379', 'redis://', 'redis://h/name', 'http://h', 'redis://h?db=1', 'redis://h/?db=1'],
    ],
    [
      'PUBLIC_URL',
      [
        'api.example.com',
        'https://',
        'https://a b',
        'https://h:99999',
        'ftp://h',
        'https://u:p@h',
        'https://h//shop',
      ],
    ],
    [
      'ALLOWED_HOSTS',
      [
        'https://api.example.com',
        'a.example/',
        'a b',
        '*',
        'a.*.com',
        'u@h',
        'h:99999',
        '.example.com',
        'a..com',
        '*..com',
      ],
    ],
    [
      'ALLOWED_ORIGINS',
      ['*', 'https://a.example/', 'a.example', 'https://A.example', 'https://a.example:443'],
    ],
    [
      'TRUST_PROXY',
      ['10.0.0.0/99', '10.0.0.0/33', '::1/129', '10.0.0/8', '300.1.1.1', '0.0.0.0/0', 'true', '1/', '1'],
    ],
  ])('%s names itself when its value is wrong, whatever it is', (name, values) => {
    for (const value of values) {
      const problems = problemsOf({ [name]: value });
      expect([value, problems]).toEqual([value, [expect.stringMatching(new RegExp(`^${name} must`))]]);
    }
  });

  it.each([
    ['HOST', ['::1', 'localhost', '0.0.0.0', 'my-host.internal']],
    [
      'DATABASE_URL',
      [
        'postgresql://h/d?sslmode=require',
        'postgres://u:p%23%2F%25%40@[::1]:5432/d',
        'postgres:///d?host=/run/pg',
      ],
    ],
    ['REDIS_URL', ['redis://h', 'rediss://:p%23@h:6379/2', 'redis://u:p@h/']],
    ['ALLOWED_HOSTS', ['a.example,*.b.example, localhost:3000,10.0.0.1,[::1],::1,münchen.example']],
    ['ALLOWED_ORIGINS', ['http://localhost:5173, https://a.example']],
    ['TRUST_PROXY', ['10.0.0.0/8,::1,fd00::/8,loopback']],
  ])('%s takes what is right', (name, values) => {
    for (const value of values) expect([value, problemsOf({ [name]: value })]).toEqual([value, []]);
  });

  it.each(['DATABASE_URL', 'REDIS_URL'])(
    '%s says that a password must be encoded, and shows nothing of it',
    (name) => {
      const scheme = { DATABASE_URL: 'postgres', REDIS_URL: 'redis' }[name];
      for (const password of [
        'hush#12',
        '12#hush',
        '12/hush',
        'hush/1',
        '12?hush',
        '50%hush',
        'hush%',
        'hush ab',
      ]) {
        const problems = problemsOf({ [name]: `${scheme}://user:${password}@host` });
        expect([password, problems]).toEqual([password, [expect.stringMatching(`^${name} must.*%23 `)]]);
        expect(problems[0]).not.toContain('hush');
      }
    },
  );

  it('that is unknown is reported only when its name resembles a setting', () => {
    const spelled = {
      THROTLE_LIMIT: '1',
      DATABASE_URI: 'x',
      LOGLEVEL: 'x',
      port: '1',
      HOTS: 'x',
      HOME: '/root',
      PATH: '/bin',
      PGHOST: 'x',
      HOSTNAME: 'x',
      CI_DATABASE_URL: 'x',
      PORT: '1',
      npm_config_loglevel: 'x',
    };
    expect(misspeltSettings(spelled, [])).toEqual([
      'THROTLE_LIMIT is not a setting: did you mean THROTTLE_LIMIT?',
      'DATABASE_URI is not a setting: did you mean DATABASE_URL?',
      'LOGLEVEL is not a setting: did you mean LOG_LEVEL?',
      'port is not a setting: did you mean PORT?',
      'HOTS is not a setting: did you mean HOST?',
    ]);
  });

  it('for the database is required outside development', () => {
    for (const NODE_ENV of ['test', 'production'])
      expect(problemsOf({ ...secrets, NODE_ENV, DATABASE_URL: '' })).toEqual([
        'DATABASE_URL must be set outside development',
      ]);
  });
});

describe('the settings of a feature', () => {
  class ShopSettings implements CheckedSettings {
    /** Days. */
    @Int(1, 30)
    SHOP_DELIVERY_DAYS = 3;

    @IsOptional()
    @Text('must be a letter', (text) => /^[a-z]$/.test(text))
    SHOP_MARK?: string;

    problems({ isProduction }: Environment): string[] {
      return isProduction && !this.SHOP_MARK ? ['SHOP_MARK must be set in production'] : [];
    }
  }

  it('are read with the others, and found by their class', () => {
    const environment = loadEnvironment({ SHOP_DELIVERY_DAYS: ' 7', PORT: '81' }, [ShopSettings]);
    expect(environment.PORT).toBe(81);
    expect(environment.of(ShopSettings)).toMatchObject({ SHOP_DELIVERY_DAYS: 7 });
    expect(loadEnvironment({}, [ShopSettings]).of(ShopSettings)).toMatchObject({ SHOP_DELIVERY_DAYS: 3 });
    expect(() => loadEnvironment({}).of(ShopSettings)).toThrow(/ShopSettings/);
  });

  it('are checked with the others, separately and together', () => {
    const load = (variables: Record<string, string>) => () => loadEnvironment(variables, [ShopSettings]);
    expect(load({ SHOP_DELIVERY_DAYS: '31', PORT: 'x', SHOP_MARK: 'ab' })).toThrow(
      /- PORT must[^]*- SHOP_DELIVERY_DAYS must be an integer from 1 to 30[^]*- SHOP_MARK must be a letter/,
    );
    expect(load({ NODE_ENV: 'production', ...secrets })).toThrow('SHOP_MARK must be set in production');
    expect(load({ NODE_ENV: 'production', ...secrets, SHOP_MARK: 'a' })).not.toThrow();
  });

  it('are suggested for a misspelt variable', () => {
    expect(misspeltSettings({ SHOP_DELIVERY_DAY: '7' }, [ShopSettings])).toEqual([
      'SHOP_DELIVERY_DAY is not a setting: did you mean SHOP_DELIVERY_DAYS?',
    ]);
  });
});
