import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lines } from '../testing/spec-server.js';
import { createLogger } from './logger.js';
import { PinoLogger } from './pino-logger.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const secretNames = [
  'password', 'newPassword', 'password_hash', 'authorization', 'Cookie', 'set-cookie', 'token', 'access_token',
  'refreshToken', 'JWT_SECRET', 'client_secret', 'key', 'apiKey', 'x-api-key', 'privateKey', 'pwd', 'passphrase',
]; // prettier-ignore

describe('the lines of the logger', () => {
  const lines = new Lines();
  const logger = createLogger('trace', lines);
  const written = (): string => lines.texts.splice(0).join('');

  it.each(secretNames)('hide the field %s at any depth', (name) => {
    logger.info({ a: [{ [name]: 's3cr3t-value' }], [name]: { nested: 's3cr3t-value' } }, 'hello');
    const text = written();
    expect(text).toContain('hello');
    expect(text).not.toContain('s3cr3t-value');
  });

  it.each([
    `Authorization: Bearer ${JWT}`,
    `bad token ${JWT}`,
    'GET /reset?token=s3cr3t-value&x=1',
    'postgres://api:s3cr3t-value@db:5432/app is away',
    'redis://:s3cr3t-value@cache is away',
    '{"password":"s3cr3t-value"}',
    "password='s3cr3t-value'",
    'api_key=s3cr3t-value',
    '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$s3cr3tvalue',
  ])('hide the secret in the text %s', (text) => {
    const nest = new PinoLogger(logger);
    logger.info(text);
    logger.info({ note: text });
    logger.error({ err: new Error(text, { cause: new Error(text) }) });
    nest.warn(text, 'Context');
    nest.error(new Error(text));
    nest.error(text, `Error: ${text}\n    at here (file.ts:1:1)`, 'Context');
    const all = written();
    expect(all.trim().split('\n')).toHaveLength(6);
    expect(all).not.toMatch(/s3cr3t|eyJhbGci/);
  });

  it("hide a driver error's query and parameters, and keep its code, stack and cause", () => {
    const driver = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (email)=(a@b.c)',
    });
    const error = Object.assign(new Error('query failed', { cause: driver }), {
      parameters: ['hash'],
      query: 'INSERT',
    });
    logger.error({ err: error }, 'failed');
    const { err } = JSON.parse(written()) as { err: Record<string, unknown> };
    expect(Object.keys(err)).toEqual(['type', 'message', 'stack', 'cause']);
    expect(err).toMatchObject({
      message: 'query failed',
      cause: { code: '23505', message: 'duplicate key' },
    });
    expect(err['stack']).toContain('redact.spec');
  });

  it('leave ordinary fields and texts alone', () => {
    logger.info(
      { monkey: 'banana', path: '/api/v1/books/17', userId: 'u1', keyboard: 'us' },
      'Book 17: token ring',
    );
    expect(JSON.parse(written())).toMatchObject({
      monkey: 'banana', path: '/api/v1/books/17', userId: 'u1', keyboard: 'us', msg: 'Book 17: token ring',
    }); // prettier-ignore
  });

  it('survive any logged value, in bounded time', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    logger.info(circular, 'circular');
    logger.info({ text: 'token='.repeat(20_000) }, 'long');
    expect(written()).toContain('circular');
    fc.assert(
      fc.property(fc.object({ maxDepth: 8, withBigInt: false }), fc.string(), (object, text) => {
        logger.info({ object }, text);
        expect(() => JSON.parse(written())).not.toThrow();
      }),
    );
  });
});

describe('PinoLogger', () => {
  it('separates the context, the stack and further values', () => {
    const lines = new Lines();
    const nest = new PinoLogger(createLogger('info', lines));
    nest.log('started', 'NestApplication');
    nest.error('broken', 'Error: broken\n    at x (y.ts:1:2)', 'Filter');
    nest.warn({ answer: 42 }, 'Here');
    nest.debug('not written');
    expect(lines.all).toMatchObject([
      { level: 'info', msg: 'started', context: 'NestApplication' },
      { level: 'error', msg: 'broken', context: 'Filter', stack: expect.stringContaining('at x') },
      { level: 'warn', message: { answer: 42 }, context: 'Here' },
    ]);
  });
});
