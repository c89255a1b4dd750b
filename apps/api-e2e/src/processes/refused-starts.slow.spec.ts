import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import { DataDir } from '../support/data-dir.js';
import { asAtHome, stopAll } from '../support/start.js';

describe('a refused start', () => {
  let data: DataDir;
  const started: ApiProcess[] = [];

  const launch = (variables: Record<string, string>): ApiProcess => {
    const api = ApiProcess.launch(
      { ...asAtHome, DATA_DIR: data.path, ...variables },
      { folder: data.folder },
    );
    started.push(api);
    return api;
  };
  /** The output to stderr of a start that ends with status 1. */
  const refusal = async (variables: Record<string, string>): Promise<string[]> => {
    const api = launch(variables);
    expect(await api.exited).toEqual({ code: 1, signal: null });
    const lines = api.stderr.join('').trimEnd().split('\n');
    expect(lines.join('\n')).not.toMatch(/^\s+at |node:internal/m);
    return lines;
  };

  beforeEach(async () => {
    data = await DataDir.make();
  });
  afterEach(() => stopAll(started, data));

  it('reports in one line that the port is taken, and leaves no PostgreSQL running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      expect(await refusal({ PORT: String(port) })).toEqual([
        `Port ${port} is taken: stop the process that has it, or set PORT to another one.`,
      ]);
      expect(await data.postgres()).toBeUndefined();
    } finally {
      other.close();
    }
  });

  // A busy process may lose a connection by itself, but hardly each time.
  it('does not disturb the process that uses the port and the same data', { retry: 3 }, async () => {
    const first = launch({});
    await first.ready();
    const postgres = await data.postgres();
    expect(await refusal({ PORT: String(first.port) })).toHaveLength(1);
    expect(await data.postgres()).toBe(postgres);
    expect((await first.client.get('/health/ready')).body.checks).toEqual({ database: 'ok', jobs: 'ok' });
    // needs: books
    expect((await first.client.get('/api/v1/books?page=2')).status).toBe(200);
    // end
    expect(first.output).not.toContain('connection was lost');
  });

  it('reports all errors of the environment in one message', async () => {
    const lines = await refusal({
      PORT: 'abc',
      DATABASE_URL: 'mysql://localhost',
      REDIS_URL: 'localhost:6379',
      LOG_LEVEL: 'loud',
      ADMIN_EMAIL: 'nobody',
      THROTTLE_LIMIT: '0',
    });
    expect(lines[0]).toBe('The environment is not valid:');
    const named = lines.slice(1).map((line) => /^ {2}- .*?([A-Z_]{4,})/.exec(line)?.[1]);
    expect(named.toSorted()).toEqual([
      'ADMIN_EMAIL',
      'DATABASE_URL',
      'LOG_LEVEL',
      'PORT',
      'REDIS_URL',
      'THROTTLE_LIMIT',
    ]);
    expect(await data.postgres()).toBeUndefined();
  });

  it.each([
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, big-endian', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-16 without a byte order mark', (text: string) => Buffer.from(text, 'utf16le')],
  ])('reads all of a .env in %s', async (_, encode) => {
    await writeFile(
      join(data.folder, '.env'),
      encode('ACCESS_TOKEN_TTL_SECONDS=soon\r\nTHROTLE_LIMIT=1\r\nCACHE_MAX_BYTES=none\r\n'),
    );
    expect(await refusal({ PORT: '0' })).toEqual([
      'THROTLE_LIMIT is not a setting: did you mean THROTTLE_LIMIT?',
      'The environment is not valid:',
      '  - CACHE_MAX_BYTES must be an integer from 1000000',
      '  - ACCESS_TOKEN_TTL_SECONDS must be an integer from 10 to 86400',
    ]);
  });

  it('reports that a .env is not text', async () => {
    await writeFile(join(data.folder, '.env'), Buffer.from('PORT=0\nADMIN_USERNAME=\xfcmit', 'latin1'));
    expect((await refusal({})).join()).toMatch(
      /^The environment is not valid:,  - The file .env cannot be read: /,
    );
  });

  it('refuses production without its own secret, or with development settings', async () => {
    expect(await refusal({ NODE_ENV: 'production' })).toEqual([
      'The environment is not valid:',
      '  - JWT_SECRET must be set outside development',
      '  - DATABASE_URL must be set outside development',
    ]);
    const weak = await refusal({
      NODE_ENV: 'production',
      JWT_SECRET: 'development-only-secret-do-not-use-elsewhere',
      // needs: payments
      PAYMENT_WEBHOOK_SECRET: 'development-only-webhook-secret-do-not-use-elsewhere',
      // end
      ADMIN_PASSWORD: 'Passw0rd',
      THROTTLE_DISABLED: 'true',
      DEVELOPMENT_DATA: 'true',
    });
    const names = [
      'JWT_SECRET',
      // needs: payments
      'PAYMENT_WEBHOOK_SECRET',
      // end
      'ADMIN_PASSWORD',
      'DATABASE_URL',
      'THROTTLE_DISABLED',
      'DEVELOPMENT_DATA',
    ];
    expect(weak).toHaveLength(1 + names.length);
    for (const name of names) expect(weak.join('\n')).toContain(`  - ${name} `);
  });

  it('reports in one line that the database is unavailable, without its password', async () => {
    const lines = await refusal({ DATABASE_URL: 'postgres://gatehouse:hush-hush@127.0.0.1:1/none' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/database.*127\.0\.0\.1:1/i);
    expect(lines[0]).not.toContain('hush');
  });
});
